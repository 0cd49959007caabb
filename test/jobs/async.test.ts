import { setTimeout as delay } from 'node:timers/promises';
import { SERVER, type Principal } from '../../server/access/principal.ts';
import type { AsyncRun } from '../../server/fhir/async/async-works.ts';
import { fault } from '../../server/kernel/fault.ts';
import { settled } from './contract.ts';
import { answerIn, openAsyncServer, type AsyncServer } from './async-server.ts';

const HOUR = 3_600_000;

const PEOPLE: Readonly<Record<string, Principal>> = {
  server: { ...SERVER, tenant: 1 },
  anna: {
    tenant: 1,
    kind: 'user',
    account: 'anna',
    client: 'app',
    fhirUser: 'Practitioner/1',
    roles: ['physician'],
    purposes: [],
  },
  bert: {
    tenant: 1,
    kind: 'user',
    account: 'bert',
    client: 'app',
    fhirUser: 'Practitioner/2',
    roles: ['administrator'],
    purposes: [],
  },
};

let server: AsyncServer;
let passed = 0;
let refused: string | undefined;
const forgotten: string[] = [];
const runs = new Map<string, AsyncRun>();
const errors: unknown[] = [];

beforeAll(async () => {
  server = await openAsyncServer({
    isAudited: true,
    errors,
    now: () => Date.now() + passed,
    authenticate: ({ headers }) => PEOPLE[headers.authorization ?? 'server'] as Principal,
    recheck: (principal) => (principal.account === refused && refused !== undefined ? undefined : principal),
    operations: ({ engine }) => [
      {
        code: 'long',
        definition: 'http://example.org/OperationDefinition/long',
        text: 'A kind of its own.',
        levels: ['system'],
        affectsState: true,
        startsAsync: true,
        run: (_engine, ctx, { request }) => {
          const { asyncWorks } = engine;
          if (asyncWorks === undefined) throw new Error('no works');
          return asyncWorks.start(ctx, request, { queue: 'long', payload: { do: request.query } });
        },
      },
      {
        code: 'table',
        definition: 'http://example.org/OperationDefinition/table',
        text: 'Answers what is no resource.',
        levels: ['system'],
        affectsState: false,
        run: () => Promise.resolve({ status: 200, headers: { 'Content-Type': 'text/csv' }, text: 'a,b' }),
      },
      {
        code: 'break',
        definition: 'http://example.org/OperationDefinition/break',
        text: 'Fails.',
        levels: ['system'],
        affectsState: false,
        run: () => Promise.reject(new TypeError('secret of a patient')),
      },
    ],
  });
  await server.works.serve({
    queue: 'long',
    concurrency: 2,
    async run(_ctx, work, run) {
      runs.set(work.id, run);
      if (work.payload.do === 'refuse') throw fault('test.refused', 422, 'business-rule', 'Not like this.');
      if (work.payload.do === 'wait') {
        await run.progress({ done: 1, total: 4, text: 'page 1 of 4 –\n' });
        await delay(20_000, undefined, { signal: run.signal });
      }
    },
    result: (_ctx, work) =>
      Promise.resolve({
        status: 200,
        headers: { 'Content-Type': 'application/json' },
        text: JSON.stringify({ request: work.request, output: [] }),
      }),
    forget: (work) => Promise.resolve(void forgotten.push(work.id)),
  });
  await server.send('PUT', 'Patient/p1', { resourceType: 'Patient', id: 'p1', gender: 'female' });
  await server.send('PUT', 'Patient/p2', { resourceType: 'Patient', id: 'p2', gender: 'male' });
});
afterAll(() => server.close());

describe('a request that is carried out later', () => {
  test.each([
    ['GET', 'Patient?gender=female', undefined, 'Bundle', 'searchset'],
    ['GET', 'Patient/p1/_history', undefined, 'Bundle', 'history'],
    ['GET', 'Patient/p1/$everything', undefined, 'Bundle', 'searchset'],
    ['POST', '', { resourceType: 'Bundle', type: 'transaction', entry: [] }, 'Bundle', 'transaction-response'],
    ['POST', '', { resourceType: 'Bundle', type: 'batch', entry: [] }, 'Bundle', 'batch-response'],
  ])('%s %s is answered as an entry', async (method, path, body, resourceType, type) => {
    const { status, headers, body: bundle } = await server.done(await server.start(method, path, body));
    expect([status, bundle.type, bundle.entry?.length]).toEqual([200, 'batch-response', 1]);
    expect(answerIn(bundle)).toMatchObject({ status: '200 OK', resource: { resourceType, type } });
    expect(Date.parse(headers.get('expires') ?? '') - Date.now()).toBeGreaterThan(23 * HOUR);
  });

  test('numbers stay as they were written', async () => {
    const observation =
      '{"resourceType":"Observation","id":"o1","status":"final","code":{"text":"x"},"valueQuantity":{"value":1.00}}';
    const entry = `{"resource":${observation},"request":{"method":"PUT","url":"Observation/o1"}}`;
    const bundle = `{"resourceType":"Bundle","type":"transaction","entry":[${entry}]}`;
    const { headers } = await server.send('POST', '', bundle, { Prefer: 'respond-async' });
    await server.done(headers.get('content-location') ?? '');
    expect((await server.get('Observation/o1')).text).toContain('"value":1.00');
  });

  test('what goes wrong has the status that the interaction gives', async () => {
    const missing = await server.done(await server.start('GET', 'Patient?no-such=1'));
    expect(answerIn(missing.body)).toMatchObject({
      status: '400 Bad Request',
      outcome: { resourceType: 'OperationOutcome' },
    });
    const broken = await server.done(await server.start('POST', '$break'));
    expect(answerIn(broken.body)).toMatchObject({ status: '500 Internal Server Error' });
    expect([broken.text.includes('secret'), errors.splice(0)]).toEqual([false, [expect.any(TypeError)]]);
    expect((await server.send('POST', 'Nothing/$x', {}, { Prefer: 'respond-async' })).status).toBe(404);
  });

  test('the preference is passed over where nothing takes long', async () => {
    const read = await server.get('Patient/p1', { Prefer: 'respond-async' });
    const made = await server.send('POST', 'Patient', { resourceType: 'Patient' }, { Prefer: 'respond-async' });
    expect([read.status, made.status]).toEqual([200, 201]);
  });

  test('what is no resource is answered as a Binary', async () => {
    const { resource } = answerIn((await server.done(await server.start('GET', '$table'))).body);
    expect(resource).toEqual({ resourceType: 'Binary', contentType: 'text/csv', data: 'YSxi' });
  });

  test('the server says so', async () => {
    const { body } = await server.get('metadata');
    expect(body.rest).toMatchObject([{ documentation: expect.stringContaining('respond-async') as string }]);
  });

  test('only who started it may see it or end it', async () => {
    const address = await server.start('GET', 'Patient', undefined, { Authorization: 'anna' });
    await server.done(address, { Authorization: 'anna' });
    for (const who of ['bert', 'server']) {
      expect((await server.get(address, { Authorization: who })).status).toBe(404);
      expect((await server.send('DELETE', address, undefined, { Authorization: who })).status).toBe(404);
    }
    expect((await server.get(address, { Authorization: 'anna' })).status).toBe(200);
    expect((await server.get('_async/none')).status).toBe(404);
    expect((await server.send('PUT', address, {})).status).toBe(405);
  });

  test('who may not act any more is refused', async () => {
    const address = await server.start('GET', 'Patient', undefined, { Authorization: 'anna' });
    refused = 'anna';
    const { body } = await server.done(address, { Authorization: 'anna' });
    refused = undefined;
    expect(answerIn(body)).toMatchObject({ status: '403 Forbidden' });
  });

  test('it is on record as what it was, by whom it was', async () => {
    const address = await server.start('GET', 'Patient?_id=p1', undefined, {
      Authorization: 'anna',
      'X-Request-Id': 'later-1',
    });
    await server.done(address, { Authorization: 'anna' });
    const rows = await server.engine.db.query<{ status: number; interaction: string; who: string }>({
      text: `select status, interaction from audit_event where request_id = 'later-1' order by recorded, id`,
      values: [],
    });
    expect(rows).toEqual([
      { status: 200, interaction: 'search-type' },
      { status: 200, interaction: 'search-type' },
    ]);
  });

  test('a repetition with the same Idempotency-Key is the same work', async () => {
    const bundle = { resourceType: 'Bundle', type: 'batch', entry: [] };
    const headers = { Prefer: 'respond-async', 'Idempotency-Key': 'k1' };
    const [first, second] = [
      await server.send('POST', '', bundle, headers),
      await server.send('POST', '', bundle, headers),
    ];
    expect(second.headers.get('content-location')).toBe(first.headers.get('content-location'));
    expect([first.status, second.status, second.headers.get('idempotent-replayed')]).toEqual([202, 202, 'true']);
  });

  test('results are kept for 24 hours', async () => {
    const address = await server.start('GET', 'Patient');
    await server.done(address);
    passed = 24 * HOUR;
    expect((await server.get(address)).status).toBe(404);
    passed = 0;
    expect((await server.get(address)).status).toBe(200);
  });

  test('one owner has so many open works at once', async () => {
    const kickOff = (): Promise<{ readonly status: number }> =>
      server.send('POST', '$long?wait', undefined, { Authorization: 'bert', Prefer: 'respond-async' });
    const answers = await Promise.all(Array.from({ length: 30 }, kickOff));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    for (const job of await server.jobs.list({ queue: 'long' })) await server.jobs.cancel(job.id);
  });
});

describe('work of a kind of its own', () => {
  const idOf = (address: string): string => address.split('/').at(-1) ?? '';

  test('its result is what the kind answers', async () => {
    const address = await server.start('POST', '$long?now');
    const { status, headers, text } = await server.done(address);
    expect([status, headers.get('content-type'), JSON.parse(text)]).toEqual([
      200,
      'application/json',
      { request: `${server.base}/$long?now`, output: [] },
    ]);
  });

  test('a refusal is the answer of its status', async () => {
    const { status, body } = await server.done(await server.start('POST', '$long?refuse'));
    expect([status, body.resourceType, body.issue?.[0]?.details.text]).toEqual([
      422,
      'OperationOutcome',
      'Not like this.',
    ]);
  });

  test('while it goes on, it tells how far it is; cancelled, it is gone', async () => {
    const address = await server.start('POST', '$long?wait');
    const id = idOf(address);
    for (const until = performance.now() + 60_000; !runs.has(id) && performance.now() < until;) await delay(20);
    await delay(100);
    const { status, headers, text } = await server.get(address);
    expect([status, headers.get('x-progress'), headers.get('retry-after'), text]).toEqual([
      202,
      'page 1 of 4',
      '1',
      '',
    ]);
    expect((await server.send('DELETE', address)).status).toBe(202);
    expect([(await server.get(address)).status, (await server.send('DELETE', address)).status]).toEqual([404, 404]);
    await settled(server.jobs, id, 'cancelled');
    expect([runs.get(id)?.signal.aborted, forgotten.includes(id)]).toEqual([true, true]);
  });
});
