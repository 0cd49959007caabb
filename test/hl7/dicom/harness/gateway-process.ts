import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { until } from '../../../harness/eventually.ts';
import { freePort } from '../../../harness/free-port.ts';
import { buildServer, startOwnServer, type OwnServer } from '../../../bench/own-server.ts';
import { databaseOf } from '../../inbox/own-gateway.ts';
import type { TestOrthanc } from './orthanc.ts';

/** The gateway with imaging in a process of its own, as it was built. */
export interface GatewayProcess {
  readonly dicomPort: number;
  /** `http://127.0.0.1:PORT` */
  readonly http: string;
  /** Whether it runs, and has run since it was started. */
  isAlive(): boolean;
  /** Bytes of memory that it holds now (Linux). */
  memory(): number;
  /** What it logged: JSON lines. */
  log(): string;
  /** Ends it as a crash would. */
  kill(): Promise<void>;
  /** Starts it again on its ports. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A server without sign-in and the gateway beside it, each a process of its own. */
export interface OwnImaging {
  /** Another one after it was stopped and started. */
  server: OwnServer;
  readonly gateway: GatewayProcess;
  close(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, '../../../../dist/hl7-gateway.js');

/** Builds both first. @param pacs undefined: none */
export async function startOwnImaging(pacs?: TestOrthanc): Promise<OwnImaging> {
  buildServer();
  const server = await startOwnServer({ env: { AUTH: 'off' } });
  try {
    const gateway = await startGatewayProcess(server, pacs);
    const imaging: OwnImaging = {
      server,
      gateway,
      async close() {
        await gateway.stop();
        await imaging.server.dispose();
      },
    };
    return imaging;
  } catch (error) {
    await server.dispose();
    throw error;
  }
}

/** Resolves when it listens. */
async function startGatewayProcess(server: OwnServer, pacs?: TestOrthanc): Promise<GatewayProcess> {
  const [mllpPort, httpPort, dicomPort] = [await freePort(), await freePort(), await freePort()];
  const env = {
    ...process.env,
    LOG_LEVEL: 'warn',
    DATABASE_URL: databaseOf(server),
    HL7_FHIR_URL: server.base,
    HL7_LISTEN: `mllp://127.0.0.1:${mllpPort}`,
    HL7_HTTP: `http://127.0.0.1:${httpPort}`,
    DICOM_LISTEN: `dicom://127.0.0.1:${dicomPort}`,
    DICOM_AE_TITLE: 'ATHANOR',
    ...(pacs === undefined
      ? {}
      : {
          PACS_DICOMWEB: pacs.dicomWeb,
          PACS_ORTHANC: pacs.base,
          PACS_USER: pacs.user,
          PACS_PASSWORD: pacs.password,
        }),
  };
  let child: ChildProcess | undefined;
  let log = '';
  const isRunning = (): boolean => child?.exitCode === null && child.signalCode === null;
  const start = async (): Promise<void> => {
    const started = spawn(process.execPath, [PROGRAM], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream.on('data', (chunk: Buffer) => (log += chunk.toString('utf8')));
    }
    await until(async () => !isRunning() || ((await isListening(dicomPort)) && (await isListening(httpPort))));
    if (!isRunning()) throw new Error(`The gateway did not start: ${log}`);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ended = child;
    child = undefined;
    if (ended === undefined || ended.exitCode !== null || ended.signalCode !== null) return;
    const exit = once(ended, 'exit');
    ended.kill(signal);
    await exit;
  };
  await start();
  return {
    dicomPort,
    http: `http://127.0.0.1:${httpPort}`,
    isAlive: isRunning,
    memory: () => residentBytes(child?.pid ?? 0),
    log: () => log,
    kill: () => end('SIGKILL'),
    start,
    stop: () => end('SIGTERM'),
  };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html (VmRSS, in kB) */
function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0') * 1024;
}
