import { unrestricted } from '../../server/access/access.ts';
import type { Principal } from '../../server/access/principal.ts';
import { openFhirServer, type Body, type FhirServer } from '../flows/fhir-server.ts';

/** Which events requests leave, as the trail is read by FHIR. */
const PHYSICIAN: Principal = {
  tenant: 1,
  kind: 'user',
  account: '0197-account',
  fhirUser: 'Practitioner/p1',
  client: 'ehr',
  roles: ['physician'],
  purposes: ['TREAT'],
  tokenHash: 'h4sh',
};

let server: FhirServer;

beforeAll(async () => {
  server = await openFhirServer({ isAudited: true, authenticate: () => PHYSICIAN });
  // What may be done is tested elsewhere.
  Object.assign(server.engine, { access: () => unrestricted(1) });
  await server.send('PUT', 'Patient/a', { resourceType: 'Patient', id: 'a', name: [{ family: 'Lovelace' }] });
  await server.send('PUT', 'Patient/b', { resourceType: 'Patient', id: 'b', name: [{ family: 'Lovelace' }] });
  await server.send('PUT', 'Observation/o', observation('o', 'a'));
});
afterAll(() => server.close());

const observation = (id: string | undefined, patient: string, note = ''): object => ({
  resourceType: 'Observation',
  ...(id === undefined ? {} : { id }),
  status: 'final',
  code: { text: `pulse${note}` },
  subject: { reference: `Patient/${patient}` },
});

/** A short name of an event: action, interaction, outcome, what it was done to, patients. */
function brief(event: Body): string {
  const {
    action,
    outcome,
    subtype,
    entity = [],
  } = event as unknown as {
    action: string;
    outcome: string;
    subtype: { code: string }[];
    entity?: {
      what?: { reference?: string; display?: string };
      role?: { code: string };
      query?: string;
      type: { code: string };
    }[];
  };
  const target = entity.find(({ role }) => role?.code === '4')?.what;
  const query = entity.find((each) => each.query !== undefined)?.query;
  const patients = entity.filter(({ role }) => role?.code === '1').map(({ what }) => what?.reference);
  const named = target?.reference ?? target?.display ?? (query === undefined ? '' : decode(query));
  return [action, subtype.at(-1)?.code, outcome, named, ...patients.sort()].join(' ');
}

const decode = (query: string): string => Buffer.from(query, 'base64').toString().replace(`${server.base}/`, '');

/** What the trail got while `work` ran. */
async function eventsOf(work: () => Promise<unknown>): Promise<string[]> {
  const before = new Set(await ids());
  await work();
  const { body } = await server.get('AuditEvent?_count=200');
  const fresh = (body.entry ?? [])
    .map((entry) => entry.resource)
    .filter((event): event is Body => event !== undefined && !before.has(event.id ?? ''));
  // Reading the trail leaves its own event.
  return fresh
    .map(brief)
    .filter((text) => !text.startsWith('E search-type 0 AuditEvent'))
    .sort();
}

async function ids(): Promise<string[]> {
  const rows = await server.engine.dbOf(1).query<{ id: string }>({ text: 'select id from audit_event', values: [] });
  return rows.map(({ id }) => id);
}

const get = (path: string) => () => server.get(path);

test.each<[string, () => Promise<unknown>, string[]]>([
  ['read', get('Patient/a'), ['R read 0 Patient/a/_history/1 Patient/a']],
  ['read of what a patient is in', get('Observation/o'), ['R read 0 Observation/o/_history/1 Patient/a']],
  ['vread', get('Patient/a/_history/1'), ['R vread 0 Patient/a/_history/1 Patient/a']],
  ['read of what is not there', get('Patient/none'), ['R read 4 Patient/none Patient/none']],
  ['search', get('Patient?family=Lovelace'), ['E search-type 0 Patient?family=Lovelace Patient/a Patient/b']],
  ['search that finds nothing', get('Patient?family=Nobody'), ['E search-type 0 Patient?family=Nobody']],
  ['search that is refused', get('Patient?nonsense=1'), ['E search-type 4 Patient?nonsense=1']],
  [
    'search by POST',
    () =>
      server.send('POST', 'Patient/_search', 'family=Lovelace', {
        'Content-Type': 'application/x-www-form-urlencoded',
      }),
    ['E search-type 0 Patient/_search?family=Lovelace Patient/a Patient/b'],
  ],
  ['history', get('Patient/a/_history'), ['R history-instance 0 Patient/a Patient/a']],
  ['compartment', get('Patient/a/Observation'), ['E search-compartment 0 Patient/a/Observation Patient/a']],
  ['metadata, which is nobody’s', get('metadata'), []],
  [
    'conditional delete of nothing',
    () => server.send('DELETE', 'Patient?family=Nobody'),
    ['D conditional-delete 0 Patient'],
  ],
  ['a body that is refused', () => server.send('POST', 'Patient', '{'), ['C create 4 Patient']],
  [
    'what validation refuses',
    () => server.send('POST', 'Patient', { resourceType: 'Patient', gender: 'x' }),
    ['C create 4 Patient'],
  ],
])('%s', async (_what, work, expected) => {
  expect(await eventsOf(work)).toEqual(expected);
});

test('writes', async () => {
  const made = await eventsOf(() => server.send('PUT', 'Observation/w', observation('w', 'a')));
  expect(made).toEqual(['C update 0 Observation/w/_history/1 Patient/a']);
  const changed = await eventsOf(() => server.send('PUT', 'Observation/w', observation('w', 'b')));
  expect(changed).toEqual(['U update 0 Observation/w/_history/2 Patient/b']);
  const same = await eventsOf(() => server.send('PUT', 'Observation/w', observation('w', 'b')));
  expect(same).toEqual(['U update 0 Observation/w/_history/2 Patient/b']);
  const patched = await eventsOf(() =>
    server.send('PATCH', 'Observation/w', [{ op: 'replace', path: '/status', value: 'amended' }], {
      'Content-Type': 'application/json-patch+json',
    }),
  );
  expect(patched).toEqual(['U patch 0 Observation/w/_history/3 Patient/b']);
  const stale = await eventsOf(() =>
    server.send('PUT', 'Observation/w', observation('w', 'a'), { 'If-Match': 'W/"1"' }),
  );
  expect(stale).toEqual(['U update 4 Observation/w']);
  const gone = await eventsOf(() => server.send('DELETE', 'Observation/w'));
  expect(gone).toEqual(['D delete 0 Observation/w/_history/4 Patient/b']);
  const again = await eventsOf(() => server.send('DELETE', 'Observation/w'));
  expect(again).toEqual(['D delete 0 Observation/w']);
});

test('a create whose reference is missing is recorded as refused, not as done', async () => {
  expect(await eventsOf(() => server.send('POST', 'Observation', observation(undefined, 'nobody')))).toEqual([
    'C create 4 Observation',
  ]);
});

test('a transaction has one event for each entry; one that fails has one in all', async () => {
  const entry = [
    { request: { method: 'PUT', url: 'Observation/t1' }, resource: observation('t1', 'a') },
    { request: { method: 'POST', url: 'Observation' }, resource: observation(undefined, 'b', ' 2') },
    { request: { method: 'GET', url: 'Patient/a' } },
    { request: { method: 'DELETE', url: 'Observation/nothing' } },
  ];
  const done = await eventsOf(() => server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }));
  expect(done).toEqual([
    expect.stringMatching(/^C create 0 Observation\/[0-9a-f-]+\/_history\/1 Patient\/b$/),
    'C update 0 Observation/t1/_history/1 Patient/a',
    'D delete 0 Observation/nothing',
    'R read 0 Patient/a/_history/1 Patient/a',
  ]);
  const failing = [...entry, { request: { method: 'GET', url: 'Patient/none' } }];
  const failed = await eventsOf(() =>
    server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry: failing }),
  );
  expect(failed).toEqual(['E batch 4 ']);
});

test('a transaction of creates alone is recorded too', async () => {
  const entry = ['a', 'b'].map((patient) => ({
    request: { method: 'POST', url: 'Observation' },
    resource: observation(undefined, patient, ' 3'),
  }));
  const done = await eventsOf(() => server.send('POST', '', { resourceType: 'Bundle', type: 'transaction', entry }));
  expect(done.map((text) => text.replace(/[0-9a-f]{8}-[0-9a-f-]+/, 'ID')).sort()).toEqual([
    'C create 0 Observation/ID/_history/1 Patient/a',
    'C create 0 Observation/ID/_history/1 Patient/b',
  ]);
});

test('a batch has one event for each entry, also for those that fail', async () => {
  const entry = [
    { request: { method: 'GET', url: 'Patient/a' } },
    { request: { method: 'GET', url: 'Patient/none' } },
    { request: { method: 'PUT', url: 'Observation/b1' }, resource: observation('b1', 'a') },
    { request: { method: 'POST', url: '' }, resource: { resourceType: 'Bundle', type: 'batch' } },
  ];
  expect(await eventsOf(() => server.send('POST', '', { resourceType: 'Bundle', type: 'batch', entry }))).toEqual([
    'C update 0 Observation/b1/_history/1 Patient/a',
    'E unknown 4 ',
    'R read 0 Patient/a/_history/1 Patient/a',
    'R read 4 Patient/none Patient/none',
  ]);
});
