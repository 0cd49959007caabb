import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { OwnServer } from '../../bench/own-server.ts';
import { freePort } from '../../harness/free-port.ts';
import type { Client } from '../../reliability/client.ts';

/** The gateway in a process of its own, as it was built. */
export interface OwnGateway {
  readonly port: number;
  readonly pid: number;
  kill(): Promise<void>;
  stop(): Promise<void>;
}

const PROGRAM = join(import.meta.dirname, '../../../dist/hl7-gateway.js');
const DATABASE = 'athanor';
const START_PATIENCE = 60_000;

/** Schema `hl7_gateway` is in the server's own database, as with `npm start`. */
export function databaseOf(server: OwnServer): string {
  return server.database().connectionString(DATABASE);
}

/** Resolves when it takes connections. */
export async function startOwnGateway(server: OwnServer, given?: number): Promise<OwnGateway> {
  const port = given ?? (await freePort());
  const child = spawn(process.execPath, [PROGRAM], {
    env: {
      ...process.env,
      LOG_LEVEL: 'error',
      DATABASE_URL: databaseOf(server),
      HL7_FHIR_URL: server.base,
      HL7_LISTEN: `mllp://127.0.0.1:${port}`,
      HL7_HTTP: 'off',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  await untilListening(port, child);
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  };
  return { port, pid: child.pid ?? 0, kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}

async function untilListening(port: number, child: ChildProcess): Promise<void> {
  for (const deadline = performance.now() + START_PATIENCE; ;) {
    const isListening = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (isListening) return;
    if (child.exitCode !== null || performance.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error('The gateway did not listen in time.');
    }
    await pause(50);
  }
}

const EXTENSION = 'https://athanor.health/fhir/StructureDefinition/';

/** A partner that is recognised by MSH-3 and may create patients. */
export async function createPartner(client: Client, id: string, application: string): Promise<void> {
  const setting = (name: string, ...extension: readonly object[]): object => ({
    url: `${EXTENSION}${name}`,
    extension,
  });
  const { status, text } = await client('PUT', `Endpoint/${id}`, {
    resourceType: 'Endpoint',
    id,
    meta: { profile: [`${EXTENSION}hl7-partner`] },
    status: 'active',
    connectionType: {
      system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
      code: 'hl7v2-mllp',
    },
    name: id,
    payloadType: [{ text: 'HL7 v2' }],
    address: 'mllp://localhost',
    extension: [
      setting('hl7-recognition', { url: 'application', valueString: application }),
      setting('hl7-patients', { url: 'may-create', valueBoolean: true }),
    ],
  });
  if (status !== 200 && status !== 201) throw new Error(`The partner was not taken: ${status} ${text}`);
}
