import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../harness/free-port.ts';

/** A production server in a process of its own. */
export interface OwnServer {
  readonly base: string;
  readonly port: number;
  readonly pid: number;
  readonly dataDir: string;
  /** Milliseconds from spawn to /ready. */
  readonly startTime: number;
  database(): OwnDatabase;
  stop(): Promise<void>;
  /** Also removes the data folder. */
  dispose(): Promise<void>;
}

export interface OwnDatabase {
  readonly pid: number;
  connectionString(name: string): string;
}

const ROOT = join(import.meta.dirname, '../..');
const START_TIMEOUT = 60_000;

/** Brings dist/ up to date. */
export function buildServer(): void {
  execFileSync(process.execPath, [join(ROOT, 'server/boot/setup.mjs'), 'build'], { stdio: 'inherit' });
}

/** A folder of its own with the same content; the server over the first one must be stopped. */
export function copyDataDir(dataDir: string): string {
  const copy = newDataDir();
  // With its owners: the database runs as a user of its own.
  execFileSync('cp', ['-a', `${dataDir}/.`, copy]);
  return copy;
}

export interface OwnServerOptions {
  /** An existing data folder; a new one otherwise. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startOwnServer(options: OwnServerOptions = {}): Promise<OwnServer> {
  const dataDir = options.dataDir ?? newDataDir();
  const port = options.port ?? (await freePort());
  const origin = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(process.execPath, [join(ROOT, 'dist/main.js')], {
    cwd: ROOT,
    env: {
      ...process.env,
      LOG_LEVEL: 'fatal',
      HL7_GATEWAY: 'off',
      ...options.env,
      PORT: String(port),
      DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  try {
    await untilReady(origin, started + START_TIMEOUT, () => child.exitCode !== null);
  } catch (error) {
    child.kill('SIGTERM');
    throw error;
  }
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  return {
    base: `${origin}/fhir/R4`,
    port,
    pid: child.pid ?? 0,
    dataDir,
    startTime: performance.now() - started,
    database: () => databaseOf(dataDir),
    stop,
    async dispose() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Below /tmp and open to be entered: as root, the embedded database runs as another user than this process. */
function newDataDir(): string {
  const folder = mkdtempSync('/tmp/athanor-bench-');
  chmodSync(folder, 0o711);
  return folder;
}

/** Resolves when /ready answers 200. @throws Error when the server ends or the time is over */
export async function untilReady(origin: string, deadline: number, hasEnded: () => boolean): Promise<void> {
  for (;;) {
    const isReady = await fetch(`${origin}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isReady) return;
    if (hasEnded()) throw new Error('The server ended before it was ready; its messages are above.');
    if (performance.now() > deadline) throw new Error('The server was not ready in time.');
    await pause(10);
  }
}

/** https://www.postgresql.org/docs/current/storage-file-layout.html (postmaster.pid: process, …, socket folder on line 5) */
function databaseOf(dataDir: string): OwnDatabase {
  const lines = readFileSync(join(dataDir, 'postgres/postmaster.pid'), 'utf8').split('\n');
  const socket = encodeURIComponent(lines[4]?.trim() ?? '');
  return {
    pid: Number(lines[0]),
    connectionString: (name) => `postgresql://postgres@localhost/${name}?host=${socket}`,
  };
}
