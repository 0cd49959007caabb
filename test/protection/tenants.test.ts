import type { Principal } from '../../server/access/principal.ts';
import { createTenant } from '../../server/storage/tenants.ts';
import { readProtectedParts } from '../../server/protection/rules.ts';
import type { Db } from '../../server/storage/db.ts';
import { idsOf, openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { newMasters, openRaw, placesOf, SSN } from './protected-server.ts';

let server: FhirServer;
let raw: Db;
let tenant = 1;

const principal = (): Principal => ({ tenant, kind: 'server', roles: [], purposes: [] });
const VALUE = '555-66-7777';

beforeAll(async () => {
  const protection = { masters: newMasters(), parts: readProtectedParts('default,2/Observation.note') };
  server = await openFhirServer({ protection, validation: 'structure', authenticate: principal });
  raw = openRaw(server);
  const { id } = await createTenant(server.connectionString, {
    name: 'second',
    title: 'Second',
    organization: null,
    consent: 'opt-out',
  });
  expect(id).toBe(2);
  // Processes know of a tenant within two seconds.
  await new Promise((resolve) => setTimeout(resolve, 2100));
  for (tenant of [1, 2]) {
    const patient = { resourceType: 'Patient', id: 'p', identifier: [{ system: SSN, value: VALUE }] };
    expect((await server.send('PUT', 'Patient/p', patient)).status).toBe(201);
    const note = [{ text: `secret of ${tenant}` }];
    const observation = { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'x' }, note };
    expect((await server.send('PUT', 'Observation/o', observation)).status).toBe(201);
  }
});
afterAll(async () => {
  await raw.close();
  await server.close();
});

async function bodyOf(type: string, of: number): Promise<string> {
  const [row] = await raw.query<{ body: string }>({
    text: `select body from resource where id = $1 and tenant = $2`,
    values: [type, of],
  });
  return row?.body ?? '';
}

test('every tenant reads and finds its own', async () => {
  for (tenant of [1, 2]) {
    expect((await server.get('Patient/p')).text).toContain(VALUE);
    expect((await server.get('Observation/o')).text).toContain(`secret of ${tenant}`);
    expect(idsOf((await server.get(`Patient?identifier=${SSN}|${VALUE}`)).body)).toEqual(['Patient/p']);
  }
});

test('what one protects besides stays as it is for the others', async () => {
  expect(await placesOf(raw, ['secret of 2'])).toEqual([]);
  expect(await placesOf(raw, ['secret of 1'])).toEqual(['resource.body']);
  expect(await placesOf(raw, [VALUE])).toEqual([]);
});

test('the same number stands under other keys in their indexes', async () => {
  const rows = await raw.query<{ key: number; tenants: number }>({
    text: 'select key, count(distinct tenant) as tenants from ix_token group by key having count(distinct tenant) > 1',
    values: [],
  });
  expect(rows).toEqual([]);
});

test('what is moved from one to the other does not open there', async () => {
  const own = await bodyOf('p', 1);
  const text = 'update resource set body = $1 where id = $2 and tenant = 1';
  await raw.query({ text, values: [await bodyOf('p', 2), 'p'] });
  tenant = 1;
  const { status, text: answer } = await server.get('Patient/p');
  expect(status).toBe(500);
  expect(answer).not.toContain(VALUE);
  await raw.query({ text, values: [own, 'p'] });
  expect((await server.get('Patient/p')).status).toBe(200);
});

test('the connections of tenants cannot read keys', async () => {
  const statement = { text: 'select count(*) from data_key', values: [] };
  await expect(server.engine.dbOf(2).query(statement)).rejects.toThrow(/permission denied/);
});
