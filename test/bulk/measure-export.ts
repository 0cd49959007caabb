import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openBulkServer } from './bulk-server.ts';
import { storeMany } from './many-resources.ts';

export interface Measured {
  readonly seconds: number;
  /** Resources in the files. */
  readonly count: number;
  /** Most resident memory of the process that exported, bytes: before it began, and in all. */
  readonly before: number;
  readonly peak: number;
}

const PER_FILE = 50_000;
/** Below the folder in which tests and benchmarks are started. */
const PROGRAM = join('test', 'bulk', 'bulk-worker.fixture.ts');

/** Exports resources of about a kilobyte in a process of its own. */
export async function measureExport(count: number): Promise<Measured> {
  const server = await openBulkServer();
  const { connectionString, folder, engine } = server;
  await storeMany(engine, count, 900);
  await server.stopWork();
  const args = [connectionString, join(folder, 'unfinished'), join(folder, 'files'), String(PER_FILE)];
  const worker = spawn(process.execPath, ['--import', 'tsx', PROGRAM, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    await new Promise((resolve) => worker.stdout.once('data', resolve));
    const before = peakOf(worker.pid ?? 0);
    const started = performance.now();
    const address = await server.start('GET', '$export');
    while ((await server.get(address)).status === 202) await delay(200);
    const seconds = (performance.now() - started) / 1000;
    const peak = peakOf(worker.pid ?? 0);
    const { output } = await server.manifest(address);
    return { seconds, count: output.reduce((sum, file) => sum + file.count, 0), before, peak };
  } finally {
    worker.kill('SIGKILL');
    await server.close();
  }
}

function peakOf(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}
