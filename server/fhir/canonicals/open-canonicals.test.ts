import { randomBytes } from 'node:crypto';
import { openTestEngine, type TestEngine } from '../../../test/harness/test-engine.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { openDb } from '../../storage/db.ts';
import { route } from '../router.ts';
import { openCanonicals, type LiveCanonicals } from './open-canonicals.ts';

const URL = 'http://example.org/ValueSet/colours';

let opened: TestEngine;
/** As the process that writes has it, and another one. */
let own: LiveCanonicals;
let other: LiveCanonicals;
let clock = Date.now();
let closeDb: () => Promise<void>;

beforeAll(async () => {
  opened = await openTestEngine();
  const { engine, connectionString } = opened;
  const options = { definitions: engine.definitions, now: () => clock, onError: fail };
  const db = openDb({ connectionString, max: 2, statementTimeout: 10_000, poolTimeout: 5000 });
  closeDb = () => db.close();
  own = await openCanonicals({ ...options, db: engine.db });
  other = await openCanonicals({ ...options, db });
});

afterAll(async () => {
  await own.close();
  await other.close();
  await closeDb();
  await opened.close();
});

function fail(error: unknown): never {
  throw error;
}

async function send(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: JsonObject): Promise<void> {
  const request = { method, path: path === '' ? [] : path.split('/'), query: '', headers: { prefer: {}, accept: [] } };
  const answer = await route(opened.engine, opened.ctx(), body === undefined ? request : { ...request, body });
  expect(answer.status).toBeLessThan(300);
}

function valueSet(id: string, version: string, more: JsonObject = {}): JsonObject {
  return { resourceType: 'ValueSet', id, url: URL, version, status: 'active', ...more };
}

/** `version` of what both processes find; the other one is asked when its lease is over. */
async function found(canonical = URL): Promise<readonly unknown[]> {
  await own.fresh();
  clock += 2000;
  await other.fresh();
  return [own, other].map((each) => each.canonicals.find('ValueSet', canonical)?.version);
}

test('what is written, changed or deleted is so for every process', async () => {
  expect(await found()).toEqual([undefined, undefined]);
  await send('PUT', 'ValueSet/one', valueSet('one', '1.0.0'));
  expect(await found()).toEqual(['1.0.0', '1.0.0']);
  await send('PUT', 'ValueSet/two', valueSet('two', '2.0.0'));
  expect(await found()).toEqual(['2.0.0', '2.0.0']);
  expect(await found(`${URL}|1.0`)).toEqual(['1.0.0', '1.0.0']);
  await send('PUT', 'ValueSet/two', valueSet('two', '2.0.0', { status: 'retired' }));
  expect(await found()).toEqual(['1.0.0', '1.0.0']);
  await send('DELETE', 'ValueSet/one');
  expect(await found()).toEqual(['2.0.0', '2.0.0']);
});

test('a transaction is in force when it is committed', async () => {
  const entry = ['3.0.0', '4.0.0'].map((version) => ({
    request: { method: 'POST', url: 'ValueSet' },
    resource: valueSet('x', version),
  }));
  await send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry });
  expect(await found()).toEqual(['4.0.0', '4.0.0']);
});

test('a new set has another version, and only what changed is another object', async () => {
  await send('PUT', 'ValueSet/five', valueSet('five', '5.0.0', { description: 'x'.repeat(5000) }));
  await found();
  const before = { set: own.canonicals, five: own.canonicals.find('ValueSet', `${URL}|5.0.0`) };
  await send('PUT', 'ValueSet/six', valueSet('six', '6.0.0'));
  await found();
  expect(own.canonicals.version).not.toBe(before.set.version);
  expect(own.canonicals.find('ValueSet', `${URL}|5.0.0`)).toBe(before.five);
  expect(before.set.find('ValueSet', URL)).toBe(before.five);
  const set = own.canonicals;
  await send('PUT', 'Patient/p', { resourceType: 'Patient', id: 'p' });
  await found();
  expect(own.canonicals).toBe(set);
});

test('stored ones come before those of R4', () => {
  const urls = [...own.canonicals.all('ValueSet')].map((resource) => resource.url);
  expect(urls[0]).toBe(URL);
  expect(urls).toContain('http://hl7.org/fhir/ValueSet/administrative-gender');
});

test('a resource without url is nobody’s canonical', async () => {
  await send('PUT', 'ValueSet/nameless', { resourceType: 'ValueSet', id: 'nameless', status: 'active' });
  await found();
  expect([...own.canonicals.all('ValueSet')].some(({ id }) => id === 'nameless')).toBe(false);
});

test('a large CodeSystem is held compressed and comes back as it was', async () => {
  const concept = Array.from({ length: 4_000 }, (_, index) => ({
    code: `c${index}`,
    display: `Concept ${index}, ${randomBytes(4).toString('hex')}`,
    property: [{ code: 'weight', valueDecimal: index }],
    designation: [{ language: 'de', value: `Konzept ${index} – mit einem etwas längeren Namen für die Größe` }],
  }));
  const system = {
    resourceType: 'CodeSystem',
    id: 'big',
    url: 'urn:big',
    status: 'active',
    content: 'complete',
    property: [{ code: 'weight', type: 'decimal' }],
    concept,
  };
  await send('PUT', 'CodeSystem/big', system);
  await own.fresh();
  expect(own.canonicals.find('CodeSystem', 'urn:big')?.concept).toEqual(concept);
});
