import { buildServer, startOwnServer, type OwnServer } from '../bench/own-server.ts';
import { runFuzz } from '../fuzz/run-fuzz.ts';
import { createClient } from './client.ts';
import { raceWriters } from './concurrent-writers.ts';
import { raceConditionalCreates } from './conditional-creates.ts';
import { interruptImport } from './interrupted-import.ts';
import { killRound, VICTIMS } from './kill-rounds.ts';
import { walkPagesDuringWrites } from './stable-pages.ts';

// The server as it runs in production: what holds within one process need not hold between several.
// All in one file, because files run side by side and these would compete for the build and the machine.
let server: OwnServer;
beforeAll(() => buildServer(), 60_000);

describe('two workers', () => {
  beforeAll(async () => {
    server = await startOwnServer({ env: { WORKERS: '2' } });
  }, 60_000);
  afterAll(() => server.dispose(), 60_000);

  test('100 equal conditional creates at once make one resource and get equal answers', async () => {
    expect(await raceConditionalCreates(createClient(server.base), 100)).toEqual([]);
  }, 60_000);

  test('16 writers on 50 resources lose no update and leave no gap between versions', async () => {
    const options = { writers: 16, resources: 50, seconds: 5 };
    const { writes, problems } = await raceWriters(createClient(server.base), options);
    expect(problems).toEqual([]);
    expect(writes).toBeGreaterThan(200);
  }, 60_000);

  test('pages walked during writes show every lasting row once', async () => {
    const options = { rows: 100, writers: 4, seconds: 5 };
    const { walks, problems } = await walkPagesDuringWrites(createClient(server.base), options);
    expect(problems).toEqual([]);
    expect(walks).toBeGreaterThan(3);
  }, 60_000);

  test('an import that was killed continues, and loads everything once', async () => {
    const { loadedBefore, loadedAfter, expected, exitCode, output } = await interruptImport(server);
    expect(loadedBefore).toBeGreaterThan(0);
    expect(loadedBefore).toBeLessThan(expected);
    expect({ loadedAfter, exitCode }).toEqual({ loadedAfter: expected, exitCode: 0 });
    expect(output).toContain('were loaded by an earlier run');
  }, 90_000);

  // `npm run reliability` holds recovery to 5 s; beside other tests, on a busy machine, it takes longer.
  test.each(VICTIMS)(
    'kill -9 of %s under load: acknowledged writes stay, transactions are whole, the server recovers',
    async (victim) => {
      const { server: next, result } = await killRound(server, victim);
      server = next;
      expect(result.problems).toEqual([]);
      expect(result.acknowledged).toBeGreaterThan(20);
      expect(result.recovery).toBeLessThan(20_000);
    },
    90_000,
  );
});

describe('wrong requests', () => {
  beforeAll(async () => {
    server = await startOwnServer({ env: { WORKERS: '1', LOG_LEVEL: 'error' } });
  }, 60_000);
  afterAll(() => server.dispose(), 60_000);

  test('1,000 of them: no 5xx, each refusal an OperationOutcome that leaves no trace', async () => {
    const { problems, statuses } = await runFuzz(server, 1000, 20_260_601);
    expect(problems).toEqual([]);
    expect(Object.keys(statuses).length).toBeGreaterThan(4);
  }, 120_000);
});
