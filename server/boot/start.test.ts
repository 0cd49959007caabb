import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { packageArchive } from '../../test/flows/package-archive.ts';
import { structure } from '../../test/flows/package-guide.ts';
import { freePort, listenOn } from '../../test/harness/free-port.ts';

const PROGRAM = join(import.meta.dirname, 'athanor.mjs');

interface Started {
  readonly process: ChildProcess;
  readonly base: string;
  /** Everything written so far to standard output and error. */
  output(): string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

const started: Started[] = [];
let dataDir: string;
let port: number;

beforeAll(async () => {
  // Not below os.tmpdir() of a user: the database may run as another user than this process.
  dataDir = mkdtempSync(join('/tmp', 'athanor-start-'));
  chmodSync(dataDir, 0o755);
  port = await freePort();
});

afterAll(async () => {
  // Those that a failed test left running.
  for (const server of started) server.process.kill('SIGTERM');
  await Promise.all(started.map(({ ended }) => ended));
  rmSync(dataDir, { recursive: true, force: true });
});

function start(env: Readonly<Record<string, string>> = {}): Started {
  const child = spawn(process.execPath, [PROGRAM, 'start'], {
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: String(port), WORKERS: '2', HL7_GATEWAY: 'off', ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
  const server = { process: child, base: `http://127.0.0.1:${port}`, output: () => output, ended };
  started.push(server);
  return server;
}

async function ready({ base, output, process: child }: Started): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`${base}/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(output());
}

function postgresPid(): number {
  return Number(readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function put(base: string, id: string): Promise<number> {
  const answer = await fetch(`${base}/fhir/R4/Patient/${id}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify({ resourceType: 'Patient', id }),
  });
  return answer.status;
}

test('a server starts on an empty folder, serves, and ends with its database when it is told to', async () => {
  const server = start();
  await ready(server);
  expect(await put(server.base, 'a')).toBe(201);
  const postgres = postgresPid();
  server.process.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  expect(isAlive(postgres)).toBe(false);
});

test('after kill -9 of the primary the next start finds everything, without a worker or database left over', async () => {
  const first = start();
  await ready(first);
  expect(await put(first.base, 'b')).toBe(201);
  const orphan = postgresPid();
  first.process.kill('SIGKILL');
  await first.ended;
  const second = start();
  await ready(second);
  expect(postgresPid()).toBe(orphan);
  expect((await fetch(`${second.base}/fhir/R4/Patient/a`)).status).toBe(200);
  expect((await fetch(`${second.base}/fhir/R4/Patient/b`)).status).toBe(200);
  second.process.kill('SIGTERM');
  expect(await second.ended).toBe(0);
  expect(isAlive(orphan)).toBe(false);
});

test('PostgreSQL is started again when it dies; metrics are those of all workers', async () => {
  const server = start();
  await ready(server);
  const postgres = postgresPid();
  process.kill(postgres, 'SIGKILL');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await ready(server);
  expect(postgresPid()).not.toBe(postgres);
  expect(await put(server.base, 'c')).toBe(201);
  const text = await (await fetch(`${server.base}/metrics`)).text();
  expect(text).toMatch(/fhir_request_duration_seconds_count\{interaction="update",status="201"\} 1\n/);
  server.process.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});

/** Runs `athanor …` to its end, beside the server. */
function athanor(...args: readonly string[]): string {
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: String(port) };
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], { env, encoding: 'utf8' });
  return `${String(status)} ${stdout}${stderr}`;
}

test('packages of the folder are installed before anybody is served, those of the command while the server runs', async () => {
  const profile = structure('named', 'Patient', [{ id: 'Patient.name', path: 'Patient.name', min: 1 }]);
  const archive = await packageArchive('a.named', '1.0.0', { files: { 'StructureDefinition-named.json': profile } });
  mkdirSync(join(dataDir, 'packages'));
  writeFileSync(join(dataDir, 'packages/broken.tgz'), 'no archive');
  writeFileSync(join(dataDir, 'packages/a.empty.tgz'), await packageArchive('a.empty', '1.0.0'));
  const file = join(dataDir, 'named.tgz');
  writeFileSync(file, archive);
  const server = start();
  await ready(server);
  expect(server.output()).toContain('package cannot be installed');
  expect(athanor('package', 'list')).toMatch(/^0 a\.empty 1\.0\.0/);
  expect(athanor('package', 'add', file)).toMatch(/^0 a\.named 1\.0\.0: installed, 1 resources\n$/);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const body = JSON.stringify({ resourceType: 'Patient', meta: { profile: [profile.url] } });
  const headers = { 'content-type': 'application/fhir+json', connection: 'close' };
  const posts = Array.from({ length: 20 }, () =>
    fetch(`${server.base}/fhir/R4/Patient`, { method: 'POST', headers, body }),
  );
  expect(new Set((await Promise.all(posts)).map(({ status }) => status))).toEqual(new Set([422]));
  expect(athanor('package', 'remove', 'a.named', '1.0.0')).toMatch(/^0 a\.named 1\.0\.0: removed/);
  expect(athanor('package', 'remove', 'a.named', '1.0.0')).toMatch(/^1 .*not installed/);
  expect(athanor('package')).toMatch(/^2 .*usage: athanor package add/s);
  server.process.kill('SIGTERM');
  expect(await server.ended).toBe(0);
});

test('a command that there is not is told so, with those that there are', () => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, 'strat'], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^athanor: there is no command "strat"\.\n\nusage: athanor COMMAND\n\n {2}start /);
});

test('an address that is in use ends the start with a message', async () => {
  const other = createServer();
  await listenOn(other, port);
  const server = start({ WORKERS: '1' });
  expect(await server.ended).toBe(1);
  expect(server.output()).toContain('is the port in use?');
  await new Promise((resolve) => other.close(resolve));
});

test.each([
  [{ HOST: '0.0.0.0' }, 'BASE_URL: must be set, since links and the issuer of tokens need a name'],
  [{ HOST: '0.0.0.0', AUTH: 'off' }, 'AUTH: off is taken only while HOST is a loopback address'],
  [{ PORT: 'http' }, 'PORT: not acceptable; it takes a whole number, 1 to 65535.'],
])('%j ends the start with a message', async (env, message) => {
  const server = start(env);
  expect(await server.ended).toBe(1);
  expect(server.output()).toContain(message);
});
