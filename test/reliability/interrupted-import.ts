import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { patientResource, patientTransaction } from '../bench/data-set.ts';
import type { OwnServer } from '../bench/own-server.ts';

export interface InterruptedImport {
  /** Resources that were loaded when the import was killed. */
  readonly loadedBefore: number;
  readonly loadedAfter: number;
  readonly expected: number;
  /** Exit code of the run that was let through. */
  readonly exitCode: number | null;
  readonly output: string;
}

const TRANSACTIONS = 600;
const PATIENTS = 3000;
const RESOURCES_PER_TRANSACTION = 21;
const PROGRAM = join(import.meta.dirname, '../../server/boot/athanor.mjs');

/** Kills an import in the middle, starts it again, and counts: everything must be there once. */
export async function interruptImport(server: OwnServer): Promise<InterruptedImport> {
  const folder = mkdtempSync(join(tmpdir(), 'athanor-interrupted-'));
  const file = join(folder, 'input.ndjson');
  const lines = [
    ...Array.from({ length: TRANSACTIONS }, (_, number) => patientTransaction(number, RESOURCES_PER_TRANSACTION - 1)),
    ...Array.from({ length: PATIENTS }, (_, number) => patientResource(number)),
  ];
  writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const database = new pg.Client({ connectionString: server.database().connectionString('athanor') });
  await database.connect();
  const count = async (): Promise<number> => {
    const { rows } = await database.query<{ n: string }>('select count(*) as n from resource');
    return Number(rows[0]?.n);
  };
  try {
    const before = await count();
    const first = startImport(server, file);
    while ((await count()) === before && !first.hasEnded()) await pause(5);
    await pause(150);
    first.kill();
    await first.ended;
    const killedAt = await count();
    const { exitCode, output } = await startImport(server, file).ended;
    return {
      loadedBefore: killedAt - before,
      loadedAfter: (await count()) - before,
      expected: TRANSACTIONS * RESOURCES_PER_TRANSACTION + PATIENTS,
      exitCode,
      output,
    };
  } finally {
    await database.end();
    rmSync(folder, { recursive: true });
  }
}

interface RunningImport {
  kill(): void;
  hasEnded(): boolean;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly output: string }>;
}

function startImport(server: OwnServer, file: string): RunningImport {
  const child = spawn(process.execPath, [PROGRAM, 'import', file], {
    env: { ...process.env, DATA_DIR: server.dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (text: Buffer) => (output += text.toString()));
  child.stderr.on('data', (text: Buffer) => (output += text.toString()));
  return {
    kill: () => child.kill('SIGKILL'),
    hasEnded: () => child.exitCode !== null,
    ended: new Promise((resolve) => child.once('close', (exitCode) => resolve({ exitCode, output }))),
  };
}
