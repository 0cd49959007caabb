import { unrestricted } from '../../server/access/access.ts';
import type { Principal } from '../../server/access/principal.ts';
import { isObject, type JsonObject, type JsonValue } from '../../server/kernel/json.ts';
import type { Db } from '../../server/storage/db.ts';
import { ask } from '../access/ask.ts';
import { storeCanaries } from '../access/canaries.ts';
import { openClinicServer, type ClinicServer } from '../harness/clinic-server.ts';
import { openRaw, placesOf } from './protected-server.ts';

/** With every module: a resource of each type refers to a patient by name, and after the erasure no table of any schema has it. */
let open: ClinicServer;
let raw: Db;

const ANN = 'Patient/ann-patient';
const NAMED = {
  name: [{ family: 'Wyszynska-Qvist', given: ['Annabelle'] }],
  identifier: [{ system: 'https://clinic.example/mrn', value: 'MRN-90210-X' }],
  telecom: [{ system: 'phone', value: '+46-555-0199' }],
};
const WORDS = ['wyszynska-qvist', 'mrn-90210-x', '+46-555-0199'];

beforeAll(async () => {
  open = await openClinicServer({ MODULES: 'all' });
  raw = openRaw(open);
  const types = open.engine.definitions.resourceTypes;
  const canaries = await storeCanaries(open.engine, unrestricted(1), types, [
    { name: 'ann', refersTo: 'bob' },
    { name: 'bob', refersTo: 'ann' },
  ]);
  for (const { type, id } of canaries) {
    if (open.engine.typeServers.has(type)) continue;
    const url = `${type}/${id}`;
    const { text } = await ask(open.engine, unrestricted(1), { method: 'GET', url });
    const body = named(JSON.parse(text) as JsonObject) as JsonObject;
    if (url === ANN) Object.assign(body, NAMED);
    const { status, text: answer } = await ask(open.engine, unrestricted(1), { method: 'PUT', url, body });
    if (status >= 300) throw new Error(`${url}: ${status} ${answer}`);
  }
}, 240_000);
afterAll(async () => {
  await raw.close();
  await open.close();
});

function named(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(named);
  if (!isObject(value)) return value;
  if (value.reference === ANN) return { ...value, display: 'Annabelle Wyszynska-Qvist' };
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, named(each as JsonValue)]));
}

test('no table has a name or number of who was erased', async () => {
  expect(await placesOf(raw, WORDS)).toEqual(expect.arrayContaining(['ix_string.value', 'resource.body']));
  const principal: Principal = {
    tenant: 1,
    kind: 'user',
    account: 'a',
    fhirUser: 'Practitioner/bob-practitioner',
    roles: ['administrator'],
    purposes: [],
    signedIn: Date.now(),
    secondFactor: Date.now(),
  };
  const access = await open.engine.access(principal);
  const parameter = Object.entries({ confirm: 'ann-patient', basis: 'objection' }).map(([name, valueString]) => ({
    name,
    valueString,
  }));
  const body = { resourceType: 'Parameters', parameter };
  const { status, text } = await ask(open.engine, access, { method: 'POST', url: `${ANN}/$erase`, body });
  expect([status, status === 200 ? '' : text]).toEqual([200, '']);
  expect(await placesOf(raw, WORDS)).toEqual([]);
}, 240_000);
