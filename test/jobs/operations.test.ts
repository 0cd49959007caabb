import { jobOperations } from '../../server/jobs/operations/job-operations.ts';
import type { Body } from '../flows/fhir-server.ts';
import { openAsyncServer, type AsyncServer } from './async-server.ts';
import { settled } from './contract.ts';

let server: AsyncServer;

beforeAll(async () => {
  server = await openAsyncServer();
  server.opened.extend({ operations: jobOperations(server.jobs) });
  await server.jobs.work('works', async ({ job, progress }) => {
    await progress({ done: 2, total: 3, text: 'pages' });
    if (job.payload.fails === true) throw new RangeError('about a patient');
  });
});
afterAll(() => server.close());

type Part = Readonly<Record<string, unknown>> & { readonly name: string };

/** The jobs of an answer, by the names of their parts. */
function jobsIn(body: Body): readonly Readonly<Record<string, unknown>>[] {
  const list = (body.parameter ?? []) as unknown as readonly { readonly part: readonly Part[] }[];
  return list.map(({ part }) =>
    Object.fromEntries(part.map(({ name, ...value }) => [name, Object.values(value)[0]] as const)),
  );
}

const call = (code: string, name: string, value: string): ReturnType<AsyncServer['send']> =>
  server.send('POST', `$${code}`, { resourceType: 'Parameters', parameter: [{ name, valueString: value }] });

test('jobs are listed with how far they are, without what they work on', async () => {
  const id = await server.jobs.add({ queue: 'works', tenant: 1, payload: { name: 'Muster' } });
  await server.jobs.add({ queue: 'works', tenant: 2, payload: {} });
  await settled(server.jobs, id, 'completed');
  const { body, text } = await server.get('$jobs?queue=works&state=completed');
  expect(jobsIn(body)).toMatchObject([
    { id, queue: 'works', state: 'completed', attempt: 1, done: 2, total: 3, progress: 'pages' },
  ]);
  expect(text).not.toContain('Muster');
});

test('a dead letter is retried, a job that waits is cancelled, once', async () => {
  const dead = await server.jobs.add({ queue: 'works', tenant: 1, payload: { fails: true }, attempts: 1 });
  await settled(server.jobs, dead, 'dead');
  expect(jobsIn((await server.get('$jobs?state=dead')).body)).toMatchObject([{ id: dead, error: 'RangeError' }]);
  expect((await call('job-retry', 'id', dead)).status).toBe(200);
  const later = await server.jobs.add({ queue: 'works', tenant: 1, payload: {}, delay: 60_000 });
  expect((await call('job-retry', 'id', later)).status).toBe(409);
  expect([(await call('job-cancel', 'id', later)).status, (await call('job-cancel', 'id', later)).status]).toEqual([
    204, 409,
  ]);
});

test('a queue is drained of jobs of the own organisation', async () => {
  for (const tenant of [1, 1, 2]) await server.jobs.add({ queue: 'idle', tenant, payload: {} });
  const { body } = await call('job-drain', 'queue', 'idle');
  expect(body.parameter).toEqual([{ name: 'cancelled', valueInteger: 2 }]);
});

test('jobs of others do not exist, and what is asked wrongly is told', async () => {
  const foreign = await server.jobs.add({ queue: 'idle', tenant: 2, payload: {} });
  for (const code of ['job-retry', 'job-cancel']) {
    for (const id of [foreign, 'x', '']) expect((await call(code, 'id', id)).status).toBe(404);
  }
  for (const query of ['state=lost', '_count=0', '_count=1001', 'queue=A%20B', 'other=1']) {
    expect((await server.get(`$jobs?${query}`)).status).toBe(400);
  }
  expect((await call('job-drain', 'queue', 'A B')).status).toBe(400);
  expect((await server.get('$job-drain?queue=idle')).status).toBe(405);
});
