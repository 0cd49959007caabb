import type { Operation, OperationLevel } from '../../server/fhir/operations/operation.ts';
import { until } from '../harness/eventually.ts';
import { openClinicServer, type ClinicServer } from '../harness/clinic-server.ts';
import { openReceiver } from '../subscriptions/receiver.ts';

/** Nothing that a whole worker does for somebody goes without its event: every operation, and what goes on after a request. */
interface Row {
  readonly interaction: string;
  readonly agent: string;
  readonly status: number;
  readonly outcome: number;
  readonly patients: readonly string[] | null;
}

let open: ClinicServer;
let key: string;
/** As the trail calls whoever has the key. */
let agent: string;
let seen = 0;

beforeAll(async () => {
  open = await openClinicServer({ SUBSCRIPTION_PRIVATE_ADDRESSES: 'true', RATE_LIMIT_CLIENT: '0' });
  const made = { tenant: 1, name: 'all', roles: ['administrator', 'system'], days: 1, createdBy: 'test' };
  const { key: text, stored } = await open.apiKeys.create(made);
  key = text;
  agent = `client/api-key:${stored.id}`;
  await send('PUT', 'Patient/1', { resourceType: 'Patient', id: '1', name: [{ family: 'Argon' }] });
  await left();
});
afterAll(() => open.close());

async function send(method: string, path: string, body?: object, more: Record<string, string> = {}): Promise<Response> {
  const url = path.startsWith('http') ? path : `${open.base}/${path}`;
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/fhir+json', ...more };
  return fetch(url, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** What was recorded since the last look. */
async function left(): Promise<readonly Row[]> {
  const text = 'select interaction, agent, status, outcome, patients from audit_event order by tx, id offset $1';
  const rows = await open.engine.dbOf(1).query<Row>({ text, values: [seen] });
  seen += rows.length;
  return rows;
}

const PLACES: Readonly<Record<OperationLevel, (type: string) => string>> = {
  system: () => '',
  type: (type) => `${type}/`,
  instance: (type) => `${type}/1/`,
};

test('every operation, at every level, whatever is answered', async () => {
  const wrong: unknown[] = [];
  const ask = async ({ code, affectsState }: Operation, path: string): Promise<void> => {
    const { status } = await send(
      affectsState ? 'POST' : 'GET',
      path,
      affectsState ? { resourceType: 'Parameters' } : undefined,
    );
    const rows = await left();
    const own = rows.filter((row) => row.interaction === `$${code}` && row.agent === agent);
    const [last] = own;
    const isTold =
      status < 400 ? last?.outcome === 0 : last?.outcome === (status < 500 ? 4 : 8) && last.status === status;
    if (own.length === 0 || !isTold || (status >= 500 && status !== 501)) wrong.push({ path, status, rows });
  };
  for (const operation of open.engine.operations) {
    const { code, levels, types = ['Patient'] } = operation;
    for (const level of levels) await ask(operation, `${PLACES[level](types[0] ?? 'Patient')}$${code}`);
  }
  expect(wrong).toEqual([]);
});

test('$graphql names whose data it gave', async () => {
  const query = '{ PatientList { name { family } } }';
  expect((await send('POST', '$graphql', { query }, { 'Content-Type': 'application/json' })).status).toBe(200);
  const rows = await left();
  expect(rows).toContainEqual(expect.objectContaining({ interaction: '$graphql', agent, outcome: 0 }));
  expect(rows.flatMap(({ patients }) => patients ?? [])).toContain('Patient/1');
});

test('a work that goes on: its beginning, what it did, and who fetched it', async () => {
  const started = await send('GET', 'Patient?family=Argon', undefined, { Prefer: 'respond-async' });
  expect(started.status).toBe(202);
  const url = started.headers.get('content-location') ?? '';
  await until(async () => (await send('GET', url)).status === 200);
  const rows = await left();
  expect(rows.every((row) => row.agent === agent && row.outcome === 0)).toBe(true);
  const [kickOff, done] = rows.filter(({ interaction }) => interaction === 'search-type');
  expect([kickOff?.patients, done?.patients]).toEqual([null, ['Patient/1']]);
  expect(rows).toContainEqual(expect.objectContaining({ interaction: 'async-status', status: 200 }));
});

test('a notification that leaves: to whom what was told', async () => {
  const receiver = await openReceiver();
  try {
    const channel = { type: 'rest-hook', endpoint: receiver.url, payload: 'application/fhir+json' };
    const criteria = 'Patient?family=Argon';
    const resource = { resourceType: 'Subscription', status: 'requested', reason: 'test', criteria, channel };
    const { id } = (await (await send('POST', 'Subscription', resource)).json()) as { readonly id: string };
    await until(async () => {
      const answer = await send('GET', `Subscription/${id}`);
      return (await answer.text()).includes('"status":"active"');
    });
    await left();
    await send('PUT', 'Patient/1', { resourceType: 'Patient', id: '1', name: [{ family: 'Argon' }], active: true });
    await receiver.until(1);
    const told = (await left()).filter(({ interaction }) => interaction === 'notification');
    expect(told).toEqual([expect.objectContaining({ agent, outcome: 0, patients: ['Patient/1'] })]);
  } finally {
    await receiver.close();
  }
});
