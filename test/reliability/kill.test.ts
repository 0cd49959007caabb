import { buildServer, startOwnServer, type OwnServer } from '../bench/own-server.ts';
import { killRound, VICTIMS } from './kill-rounds.ts';

let server: OwnServer;
beforeAll(async () => {
  buildServer();
  server = await startOwnServer({ env: { WORKERS: '2' } });
}, 60_000);
afterAll(() => server.dispose());

test.each(VICTIMS)(
  'kill -9 of %s under load: acknowledged writes stay, transactions are whole, the server recovers',
  async (victim) => {
    const { server: next, result } = await killRound(server, victim);
    server = next;
    expect(result.problems).toEqual([]);
    expect(result.acknowledged).toBeGreaterThan(20);
    expect(result.recovery).toBeLessThan(5000);
  },
  60_000,
);
