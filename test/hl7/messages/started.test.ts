import { buildServer, startOwnServer, type OwnServer } from '../../bench/own-server.ts';
import { eventually } from '../../harness/eventually.ts';
import { freePort } from '../../harness/free-port.ts';

let server: OwnServer;
let gatewayUrl: string;
beforeAll(async () => {
  buildServer();
  gatewayUrl = `http://127.0.0.1:${await freePort()}`;
  server = await startOwnServer({
    env: {
      HL7_GATEWAY: 'on',
      HL7_LISTEN: `mllp://127.0.0.1:${await freePort()}`,
      HL7_HTTP: gatewayUrl,
      WORKERS: '2',
    },
  });
}, 240_000);
afterAll(() => server.dispose());

test('a server and the gateway that it starts know each other by a secret of their own, at the address of HL7_HTTP', async () => {
  const status = async (): Promise<number> => (await fetch(`${server.base}/$hl7-status`)).status;
  expect(await eventually(status, (code) => code === 200)).toBe(200);
  // Each worker has it.
  for (let turn = 0; turn < 6; turn += 1) expect(await status()).toBe(200);
  expect((await fetch(`${gatewayUrl}/messages/status`, { method: 'POST', body: '{}' })).status).toBe(401);
});
