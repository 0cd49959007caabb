import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { hasCurl, takeTour } from '../flows/readme-tour.ts';
import { until } from '../harness/eventually.ts';
import { freePort } from '../harness/free-port.ts';

/** A lab is connected by what hl7-gateway/README.md says, and nothing else: typed into a shell beside `npm start`. */
const ROOT = join(import.meta.dirname, '../..');

let folder: string;
let port: number;
let gatewayPort: number;
let server: ChildProcess;

beforeAll(async () => {
  // Not below os.tmpdir() of a user: the database may run as another user than this process.
  folder = mkdtempSync('/tmp/athanor-hl7-readme-');
  chmodSync(folder, 0o755);
  [port, gatewayPort] = [await freePort(), await freePort()];
  const env = { PATH: process.env.PATH, ...environment() };
  server = spawn(process.execPath, [join(ROOT, 'server/boot/athanor.mjs'), 'start'], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await until(() =>
    fetch(`http://127.0.0.1:${port}/ready`).then(
      ({ ok }) => ok,
      () => false,
    ),
  );
}, 180_000);

afterAll(async () => {
  if (server.exitCode === null && server.kill('SIGTERM')) await once(server, 'exit');
  rmSync(folder, { recursive: true, force: true });
});

const environment = (): Record<string, string> => ({
  DATA_DIR: join(folder, 'data'),
  PORT: String(port),
  WORKERS: '1',
  HL7_LISTEN: `mllp://127.0.0.1:${gatewayPort}`,
  HL7_HTTP: 'off',
});

(hasCurl() ? test : test.skip)(
  'a laboratory that is new gets connected (skipped where there is no curl)',
  async () => {
    const steps = await takeTour('Connect a laboratory', `http://127.0.0.1:${port}`, {
      document: 'hl7-gateway/README.md',
      replaced: {
        '127.0.0.1:2575': `127.0.0.1:${gatewayPort}`,
        'npx athanor': `${process.execPath} ${join(ROOT, 'server/boot/athanor.mjs')}`,
        'result.hl7': join(folder, 'result.hl7'),
      },
      env: environment(),
    });
    expect(steps.length).toBeGreaterThan(7);
    for (const { actual, expected } of steps) expect(actual).toContain(expected);
  },
  180_000,
);
