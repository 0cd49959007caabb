import { buildServer, startOwnServer, type OwnServer } from '../bench/own-server.ts';
import { createClient } from './client.ts';
import { raceWriters } from './concurrent-writers.ts';
import { raceConditionalCreates } from './conditional-creates.ts';
import { walkPagesDuringWrites } from './stable-pages.ts';

// Two worker processes, as in production: what holds within one process need not hold between two.
let server: OwnServer;
beforeAll(async () => {
  buildServer();
  server = await startOwnServer({ env: { WORKERS: '2' } });
}, 60_000);
afterAll(() => server.dispose());

test('100 equal conditional creates at once make one resource and get equal answers', async () => {
  expect(await raceConditionalCreates(createClient(server.base), 100)).toEqual([]);
});

test('16 writers on 50 resources lose no update and leave no gap between versions', async () => {
  const { writes, problems } = await raceWriters(createClient(server.base), { writers: 16, resources: 50, seconds: 5 });
  expect(problems).toEqual([]);
  expect(writes).toBeGreaterThan(200);
}, 60_000);

test('pages walked during writes show every lasting row once', async () => {
  const { walks, problems } = await walkPagesDuringWrites(createClient(server.base), {
    rows: 100,
    writers: 4,
    seconds: 5,
  });
  expect(problems).toEqual([]);
  expect(walks).toBeGreaterThan(3);
}, 60_000);
