import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createDatabase } from '../storage/create-database.ts';
import { clusterFolder, socketFolder, type Owner } from './machine-folders.ts';
import { postgresBinaries, type PostgresBinaries } from './postgres-binaries.ts';

/** A PostgreSQL server that belongs to a data folder and answers on a socket that only its owner may open. */
export interface EmbeddedPostgres {
  /** Of database `athanor`. */
  readonly connectionString: string;
  readonly pid: number;
  /** Where its files stand. */
  readonly folder: string;
  /** Whether it ran already: another process (or one that was killed) had started it. */
  readonly wasRunning: boolean;
  /** A connection string of another database on the same server. */
  database(name: string): string;
  /** Fast shutdown; resolves when the process is gone. */
  stop(): Promise<void>;
  /** Settles when the server process is gone, whoever ended it. */
  readonly exited: Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** DATA_DIR; the server's files stand in `postgres` below it. */
  readonly dataDir: string;
  /** Overrides of server settings, such as `fsync: 'off'` for throw-away databases of tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '',
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '2GB',
  work_mem: '16MB',
  maintenance_work_mem: '256MB',
  // Bounds what must be redone after a crash.
  max_wal_size: '1GB',
  checkpoint_timeout: '5min',
  ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
  random_page_cost: '1.1',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  autovacuum_vacuum_scale_factor: '0.05',
  autovacuum_vacuum_insert_scale_factor: '0.1',
  autovacuum_analyze_scale_factor: '0.05',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Error messages would otherwise quote values, and values are health data.
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length_on_error: '0',
};

const START_TIMEOUT = 60_000;
const STOP_TIMEOUT = 20_000;
const POLL = 10;

/**
 * Starts PostgreSQL on the data folder, creating the cluster on first use; adopts a server that runs there already (its
 * starter may have been killed). Runs as user `postgres` where this process is root, since PostgreSQL refuses root.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true });
  const owner = databaseUser();
  const cluster = clusterFolder(dataDir, owner);
  const running = runningServer(cluster);
  if (running !== undefined)
    return handle({ pid: running.pid, folder: cluster, wasRunning: true, exited: watch(running.pid) }, running.socket);

  const binaries = postgresBinaries(owner !== undefined);
  if (!existsSync(join(cluster, 'PG_VERSION'))) createCluster(binaries, cluster, owner);
  const socket = socketFolder(cluster, owner);
  const deadline = Date.now() + START_TIMEOUT;
  for (;;) {
    const child = launch(binaries, cluster, socket, owner, options.settings ?? {});
    const exited = new Promise<void>((done) => child.once('exit', () => done()));
    if (await isReady(child, cluster, deadline)) {
      const server = handle({ pid: child.pid ?? 0, folder: cluster, wasRunning: false, exited }, socket);
      await createDatabase(server.database('postgres'), 'athanor');
      return server;
    }
    if (Date.now() > deadline) throw new Error(`PostgreSQL does not start; see ${cluster}.log`);
    // After a kill -9 the old server's children hold its shared memory for a moment.
    await pause(100);
  }
}

function databaseUser(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('useradd', [
      '--system',
      '--user-group',
      '--no-create-home',
      '--shell',
      '/usr/sbin/nologin',
      'postgres',
    ]);
    return { uid: id('-u'), gid: id('-g') };
  }
}

function createCluster({ initdb }: PostgresBinaries, cluster: string, owner: Owner | undefined): void {
  // Made beside and renamed, so that an interrupted initdb leaves nothing that looks complete.
  const temporary = `${cluster}.new`;
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  if (owner !== undefined) chownSync(temporary, owner.uid, owner.gid);
  const options = [
    '--username=postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ];
  const locale = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  try {
    execFileSync(initdb, [`--pgdata=${temporary}`, ...options, ...locale], {
      ...owner,
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
    });
  } catch (cause) {
    throw new Error(`initdb failed in ${temporary}; can user postgres enter that folder? Otherwise set DATA_DIR.`, {
      cause,
    });
  }
  renameSync(temporary, cluster);
}

function launch(
  { postgres }: PostgresBinaries,
  cluster: string,
  socket: string,
  owner: Owner | undefined,
  overrides: Readonly<Record<string, string>>,
): ChildProcess {
  const settings = { ...SETTINGS, unix_socket_directories: socket, ...overrides };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(`${cluster}.log`, 'a');
  try {
    // A process group of its own: Ctrl-C must reach the server first, which then ends the database.
    const child = spawn(postgres, ['-D', cluster, ...flags], {
      ...owner,
      cwd: '/',
      detached: true,
      stdio: ['ignore', log, log],
    });
    child.on('error', () => undefined);
    return child;
  } finally {
    closeSync(log);
  }
}

async function isReady(child: ChildProcess, cluster: string, deadline: number): Promise<boolean> {
  while (child.exitCode === null && child.signalCode === null && Date.now() < deadline) {
    const state = readPidFile(cluster);
    if (state?.pid === child.pid && state?.status === 'ready') return true;
    await pause(POLL);
  }
  return false;
}

interface PidFile {
  readonly pid: number;
  readonly socket: string;
  readonly status: string;
}

/** https://www.postgresql.org/docs/current/storage-file-layout.html (postmaster.pid) */
function readPidFile(cluster: string): PidFile | undefined {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), socket: lines[4]?.trim() ?? '', status: lines[7]?.trim() ?? '' };
  } catch {
    return undefined;
  }
}

function runningServer(cluster: string): PidFile | undefined {
  const state = readPidFile(cluster);
  if (state === undefined || state.status !== 'ready' || state.socket === '') return undefined;
  return isPostgres(state.pid, cluster) && existsSync(join(state.socket, '.s.PGSQL.5432')) ? state : undefined;
}

/** A killed server leaves its file behind, and its number may belong to anybody by now. */
function isPostgres(pid: number, cluster: string): boolean {
  try {
    process.kill(pid, 0);
    return !existsSync('/proc/self') || readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(cluster);
  } catch {
    return false;
  }
}

/** Whether the process is gone within `timeout` ms. */
async function untilGone(pid: number, timeout = Infinity): Promise<boolean> {
  const deadline = Date.now() + timeout;
  while (Date.now() < deadline) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await pause(POLL);
  }
  return false;
}

type RunningPostgres = Pick<EmbeddedPostgres, 'pid' | 'folder' | 'wasRunning' | 'exited'>;

function handle(running: RunningPostgres, socket: string): EmbeddedPostgres {
  const { pid } = running;
  const database = (name: string): string =>
    `postgresql://postgres@localhost/${name}?host=${encodeURIComponent(socket)}`;
  return {
    ...running,
    connectionString: database('athanor'),
    database,
    async stop() {
      try {
        process.kill(pid, 'SIGINT');
      } catch {
        return;
      }
      if (!(await untilGone(pid, STOP_TIMEOUT))) process.kill(pid, 'SIGQUIT');
      rmSync(socket, { recursive: true, force: true });
    },
  };
}

/** The end of a process that is not our child, looked for without keeping this process alive. */
function watch(pid: number): Promise<void> {
  return new Promise((done) => {
    const timer = setInterval(() => {
      try {
        process.kill(pid, 0);
      } catch {
        clearInterval(timer);
        done();
      }
    }, 200);
    timer.unref();
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
