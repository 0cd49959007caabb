import { buildServer, startOwnServer, type OwnServer } from '../bench/own-server.ts';
import { runFuzz } from './run-fuzz.ts';

let server: OwnServer;
beforeAll(async () => {
  buildServer();
  server = await startOwnServer({ env: { WORKERS: '1' } });
}, 60_000);
afterAll(() => server.dispose());

test('1,000 wrong requests: no 5xx, each refusal an OperationOutcome that leaves no trace', async () => {
  const { problems, statuses } = await runFuzz(server, 1000, 20_260_601);
  expect(problems).toEqual([]);
  expect(Object.keys(statuses).length).toBeGreaterThan(4);
}, 120_000);
