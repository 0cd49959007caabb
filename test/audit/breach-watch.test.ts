import { createBreachWatch } from '../../server/audit/heuristics/watch.ts';
import { whoOf } from '../../server/audit/who.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import { transactionBase } from '../../server/storage/audit-chain.ts';
import { claimWatch } from '../../server/storage/audit-incidents.ts';
import { storeAuditRows } from '../../server/storage/audit-rows.ts';
import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { keepAllActivity } from './keep-all-activity.ts';

/** A finding becomes an issue and a task in the FHIR store, once. */
let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer();
});
afterAll(() => server.close());

const identifier = [{ system: 'urn:oid:1.2.3', value: '42' }];

async function seen(agent: string, patient: string): Promise<void> {
  const recorded = Date.now();
  const { agent: name, text } = whoOf({ kind: 'user', user: agent, roles: ['physician'] });
  const row = {
    recorded,
    id: uuidv7(recorded),
    kind: 'rest',
    action: 'R',
    outcome: 0,
    status: 200,
    interaction: 'read',
    type: 'Patient',
    resourceId: patient.slice(8),
    version: 1,
    agent: name,
    who: text,
    ip: '',
    requestId: '',
    patients: [patient],
    found: '',
    detail: '',
  };
  await storeAuditRows(server.engine.dbOf(1), 1, [row]);
}

const count = async (path: string): Promise<number> => (await server.get(path)).body.entry?.length ?? 0;

test('an incident is reported once, with what the privacy officer needs', async () => {
  await server.send('PUT', 'Practitioner/x', {
    resourceType: 'Practitioner',
    id: 'x',
    identifier,
    name: [{ family: 'Anning' }],
  });
  await server.send('PUT', 'Patient/x', { resourceType: 'Patient', id: 'x', identifier, name: [{ family: 'Anning' }] });
  const family = { resourceType: 'Patient', name: [{ family: 'ANNING', given: ['Joseph'] }] };
  await server.send('PUT', 'Patient/brother', { ...family, id: 'brother' });
  await server.send('PUT', 'Patient/treated', {
    ...family,
    id: 'treated',
    generalPractitioner: [{ reference: 'Practitioner/x' }],
  });
  for (const patient of ['x', 'brother', 'treated']) await seen('Practitioner/x', `Patient/${patient}`);
  const watch = createBreachWatch({
    engine: server.engine,
    exporters: [],
    countryOf: () => undefined,
    now: () => Date.now(),
  });
  await keepAllActivity(server.engine.db, Date.now());
  const base = await transactionBase(server.engine.db);
  await watch(0, base);
  await watch(0, base);
  const code = 'code=https://athanor.health/fhir/CodeSystem/privacy-task|breach-review';
  const { body } = await server.get(`DetectedIssue?${code}`);
  const issues = (body.entry ?? []).map(({ resource }) => resource);
  expect(issues.map((issue) => [(issue?.patient as { reference: string }).reference, issue?.severity]).sort()).toEqual([
    ['Patient/brother', 'moderate'],
    ['Patient/x', 'moderate'],
  ]);
  expect(await count(`Task?${code}&status=requested&patient=Patient/x`)).toBe(1);
  expect(await count(`Task?${code}&focus:DetectedIssue.patient=Patient/brother`)).toBe(1);
  // Another process that has not seen the first report finds it.
  await server.engine.db.query({ text: 'delete from audit_incident', values: [] });
  await watch(0, base);
  expect(await count(`Task?${code}`)).toBe(2);
});

test('of several processes one looks, and the next time a minute later', async () => {
  const { db } = server.engine;
  const now = Date.now() + 600_000;
  const claims = await Promise.all(Array.from({ length: 5 }, () => claimWatch(db, now, 50_000)));
  expect(claims.filter((before) => before !== undefined)).toHaveLength(1);
  expect(await claimWatch(db, now + 10_000, 50_000)).toBeUndefined();
  expect(await claimWatch(db, now + 60_000, 50_000)).toBe(now);
});
