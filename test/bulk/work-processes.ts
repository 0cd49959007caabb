import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BulkServer } from './bulk-server.ts';

/** Processes that carry out what a server takes on, and are killed. */
export interface WorkProcesses {
  /** @param spool folder of unfinished files, below that of the server */
  start(spool?: string): ChildProcess;
  /** Kills the process as soon as so many resources are done. */
  killAt(worker: ChildProcess, count: number): Promise<void>;
  done(): Promise<number>;
  stop(): void;
}

/**
 * @param doneOf how many resources are done, out of the state of the work
 * @param pause seconds between steps, which follow each other so quickly that nobody could be killed between them
 */
export async function openWorkProcesses(
  { connectionString, folder, engine, stopWork }: BulkServer,
  doneOf: (state: unknown) => number,
  pause: number,
  perFile = 50_000,
): Promise<WorkProcesses> {
  await stopWork();
  await engine.db.query({
    text:
      `create function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(${pause}); return new; end $$; ` +
      `create trigger slow before update on bulk_work for each row execute function slow()`,
    values: [],
  });
  const workers: ChildProcess[] = [];

  async function done(): Promise<number> {
    const [row] = await engine.db.query<{ state: string }>({ text: 'select state from bulk_work', values: [] });
    return row === undefined || row.state === '' ? 0 : doneOf(JSON.parse(row.state));
  }

  return {
    start(spool = 'unfinished') {
      const program = join(__dirname, 'bulk-worker.fixture.ts');
      const args = [connectionString, join(folder, spool), join(folder, 'files'), String(perFile)];
      const worker = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      workers.push(worker);
      return worker;
    },
    async killAt(worker, count) {
      while ((await done()) < count) await delay(5);
      worker.kill('SIGKILL');
      await once(worker, 'exit');
    },
    done,
    stop() {
      for (const worker of workers) worker.kill('SIGKILL');
    },
  };
}
