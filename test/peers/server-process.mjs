// The real server with sign-in on, in a process of its own with an empty data folder.
import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ATHANOR = fileURLToPath(new URL('../../server/boot/athanor.mjs', import.meta.url));
const START = 120_000;

export async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

export async function startServer() {
  const dataDir = await mkdtemp(join(tmpdir(), 'athanor-peers-'));
  // The database runs as another user where this process is root.
  await chmod(dataDir, 0o755);
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  const env = {
    ...process.env,
    AUTH: 'on',
    HOST: '127.0.0.1',
    PORT: String(port),
    WORKERS: '1',
    DATA_DIR: dataDir,
    SECOND_FACTOR: 'optional',
    LOG_LEVEL: 'warn',
    VALIDATION: 'structure',
  };
  const child = spawn(process.execPath, [ATHANOR, 'start'], { env, stdio: ['ignore', 'inherit', 'inherit'] });
  let hasEnded = false;
  const ended = new Promise((resolve) =>
    child.once('exit', () => {
      hasEnded = true;
      resolve();
    }),
  );
  const until = Date.now() + START;
  for (;;) {
    if (hasEnded) throw new Error('the server ended while it started');
    const ready = await fetch(`${origin}/ready`).catch(() => undefined);
    if (ready?.status === 200) break;
    if (Date.now() > until) throw new Error(`the server is not ready after ${START} ms`);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  return {
    origin,
    fhirBase: `${origin}/fhir/R4`,
    issuer: `${origin}/auth`,
    /** Runs `athanor …` on the same database; its output. */
    async command(...args) {
      const { stdout } = await promisify(execFile)(process.execPath, [ATHANOR, ...args], { env, timeout: START });
      return stdout;
    },
    async stop() {
      child.kill('SIGTERM');
      const kill = setTimeout(() => child.kill('SIGKILL'), 40_000);
      await ended;
      clearTimeout(kill);
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
