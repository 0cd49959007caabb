import { setTimeout as pause } from 'node:timers/promises';
import { rotateKeys, type RotationContext } from '../../server/protection/rotate/rotate-keys.ts';
import type { Db } from '../../server/storage/db.ts';
import { idsOf, type FhirServer } from '../flows/fhir-server.ts';
import { newMasters, openProtectedServer, openRaw, placesOf, SSN } from './protected-server.ts';

const masters = newMasters();
const PARTS = 'default,Observation.note';
/** Longer than the two seconds for which a process may work with the keys that it knows. */
const BARRIER = 2500;
const PATIENTS = 60;
let first: FhirServer;
let second: FhirServer;
let raw: Db;

beforeAll(async () => {
  first = await openProtectedServer(PARTS, masters);
  second = await openProtectedServer(PARTS, masters, first.connectionString);
  raw = openRaw(first);
  const entry = Array.from({ length: PATIENTS }, (_, n) => [
    { resource: patientOf(n, 0), request: { method: 'PUT', url: `Patient/p${n}` } },
    { resource: observationOf(n), request: { method: 'PUT', url: `Observation/o${n}` } },
  ]).flat();
  expect((await first.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry })).status).toBe(200);
  for (let n = 0; n < 10; n += 1) await first.send('PUT', `Patient/p${n}`, patientOf(n, 1));
  await first.send('DELETE', 'Observation/o0');
});
afterAll(async () => {
  await raw.close();
  await second.close();
  await first.close();
});

const valueOf = (n: number): string => `9${String(n).padStart(2, '0')}-00-7777`;

function patientOf(n: number, count: number): object {
  return {
    resourceType: 'Patient',
    id: `p${n}`,
    identifier: [{ system: SSN, value: valueOf(n) }],
    multipleBirthInteger: count,
  };
}

function observationOf(n: number): object {
  return {
    resourceType: 'Observation',
    id: `o${n}`,
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/p${n}` },
    note: [{ text: `private ${n}` }],
    contained: [{ resourceType: 'Patient', id: 'in', identifier: [{ system: SSN, value: valueOf(n) }] }],
  };
}

function contextOf(server: FhirServer): RotationContext {
  const { engine } = server;
  const { protection } = server;
  if (protection === undefined) throw new Error('not protected');
  return {
    protection,
    db: engine.db,
    index: (tenant) => ({
      definitions: engine.definitions,
      registry: server.searchParameters.registry,
      baseUrls: [],
      hasher: engine.hasher(tenant),
    }),
    now: () => Date.now(),
    pause,
    barrier: BARRIER,
    onProgress: () => undefined,
  };
}

async function keyIds(): Promise<ReadonlySet<string>> {
  const rows = await raw.query<{ id: string }>({
    text:
      `select distinct m[1] as id from (select body from resource union all select body from history) b, ` +
      `regexp_matches(b.body, '"\\\\/([0-9a-z]+)\\.', 'g') m`,
    values: [],
  });
  return new Set(rows.map((row) => row.id));
}

async function tokenCount(): Promise<number> {
  const [row] = await raw.query<{ count: number }>({ text: 'select count(*) as count from ix_token', values: [] });
  return row?.count ?? 0;
}

/** Clients that read, search and write at both servers until they are told to stop; resolves to how many requests they made. */
function underLoad(): { stop(): Promise<number> } {
  let isOver = false;
  let count = 0;
  async function client(server: FhirServer, seed: number): Promise<void> {
    for (let turn = seed; !isOver; turn += 7) {
      const n = turn % PATIENTS;
      const read = await server.get(`Patient/p${n}`);
      expect(read.status).toBe(200);
      expect(read.text).toContain(valueOf(n));
      const found = await server.get(`Patient?identifier=${SSN}|${valueOf(n)}`);
      expect(idsOf(found.body)).toEqual([`Patient/p${n}`]);
      expect(idsOf((await server.get(`Patient?identifier=${valueOf(n)}`)).body)).toEqual([`Patient/p${n}`]);
      const written = await server.send('PUT', `Patient/p${n}`, patientOf(n, turn));
      expect([200, 201]).toContain(written.status);
      const history = await server.get(`Patient/p${n}/_history?_count=3`);
      expect(history.text.split(valueOf(n)).length).toBeGreaterThan(1);
      const query = `identifier=${SSN}|new-${n}-${turn}`;
      const resource = { resourceType: 'Patient', identifier: [{ system: SSN, value: `new-${n}-${turn}` }] };
      const created = await server.send('POST', 'Patient', resource, { 'If-None-Exist': query });
      expect([200, 201]).toContain(created.status);
      expect(idsOf((await server.get(`Patient?${query}`)).body)).toEqual([`Patient/${created.body.id ?? ''}`]);
      count += 7;
    }
  }
  const clients = [client(first, 0), client(second, 3), client(second, 5)];
  return {
    async stop() {
      isOver = true;
      await Promise.all(clients);
      return count;
    },
  };
}

test('all keys of a tenant, under load: everything is readable and found at any time, no request fails', async () => {
  const before = await keyIds();
  const load = underLoad();
  await rotateKeys(contextOf(first), 1, undefined);
  const requests = await load.stop();
  expect(requests).toBeGreaterThan(100);
  const after = await keyIds();
  expect([...after].filter((id) => before.has(id))).toEqual([]);
  expect((await first.get('Observation/o1')).text).toContain('private 1');
  expect((await first.get('Observation/o0/_history/1')).text).toContain('private 0');
  expect((await second.get('Patient/p1/_history/1')).text).toContain(valueOf(1));
  const contained = await second.get(`Patient?_contained=true&identifier=${SSN}|${valueOf(5)}`);
  expect(idsOf(contained.body)).toEqual(['Observation/o5']);
  expect(await placesOf(raw, ['private 1', valueOf(1)])).toEqual([]);
  const keys = await raw.query({
    text: `select kind, state, wrapped is null as gone, count(*) as count from data_key where tenant_id = 1 group by 1, 2, 3`,
    values: [],
  });
  expect(keys).toEqual(
    expect.arrayContaining([
      { kind: 'index', state: 'current', gone: false, count: 1 },
      { kind: 'index', state: 'destroyed', gone: true, count: 1 },
      { kind: 'tenant', state: 'current', gone: false, count: 1 },
      { kind: 'tenant', state: 'destroyed', gone: true, count: 1 },
    ]),
  );
  expect(keys.some((row) => (row as { state: string }).state === 'retired')).toBe(false);
}, 120_000);

test('an index that was rotated has as many rows as before', async () => {
  const before = await tokenCount();
  await rotateKeys(contextOf(second), 1, undefined);
  expect(await tokenCount()).toBe(before);
}, 60_000);

test('the keys of one patient change alone', async () => {
  const before = await keyIds();
  await rotateKeys(contextOf(first), 1, 'p7');
  const after = await keyIds();
  expect([...before].filter((id) => !after.has(id))).toHaveLength(1);
  expect([...after].filter((id) => !before.has(id))).toHaveLength(1);
  expect((await second.get('Observation/o7')).text).toContain('private 7');
}, 60_000);

test('one that was interrupted goes on where it stopped, and another scope has to wait', async () => {
  const context = contextOf(first);
  let steps = 0;
  const interrupted: RotationContext = {
    ...context,
    barrier: 0,
    onProgress() {
      steps += 1;
      if (steps === 4) throw new Error('interrupted');
    },
  };
  await expect(rotateKeys(interrupted, 1, undefined)).rejects.toThrow('interrupted');
  expect(idsOf((await second.get(`Patient?identifier=${SSN}|${valueOf(9)}`)).body)).toEqual(['Patient/p9']);
  await expect(rotateKeys(context, 1, 'p1')).rejects.toThrow(/finish it first/);
  await rotateKeys(context, 1, undefined);
  expect(idsOf((await second.get(`Patient?identifier=${SSN}|${valueOf(9)}`)).body)).toEqual(['Patient/p9']);
}, 60_000);

test('what was stored before anything was protected becomes protected', async () => {
  const own = newMasters();
  const open = await openProtectedServer('off', own);
  await open.send('PUT', 'Patient/p1', patientOf(1, 0));
  await open.send('PUT', 'Patient/p1', patientOf(1, 1));
  const clear = openRaw(open);
  expect(await placesOf(clear, [valueOf(1)])).toEqual(['history.body', 'resource.body']);
  const later = await openProtectedServer('default', own, open.connectionString);
  expect(later.protection?.isOutdated(1)).toBe(true);
  expect(idsOf((await later.get(`Patient?identifier=${SSN}|${valueOf(1)}`)).body)).toEqual(['Patient/p1']);
  await rotateKeys({ ...contextOf(later), barrier: 0 }, 1, undefined);
  expect(await placesOf(clear, [valueOf(1)])).toEqual([]);
  expect(later.protection?.isOutdated(1)).toBe(false);
  expect(idsOf((await later.get(`Patient?identifier=${SSN}|${valueOf(1)}`)).body)).toEqual(['Patient/p1']);
  expect((await later.get('Patient/p1/_history/1')).text).toContain(valueOf(1));
  await clear.close();
  await later.close();
  await open.close();
}, 60_000);
