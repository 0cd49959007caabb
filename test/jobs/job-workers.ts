import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { WorkerOrder } from './worker.fixture.ts';

/** A process that works on a queue. */
export interface JobWorker {
  /** Ids of the jobs that it has begun. */
  readonly begun: readonly string[];
  /** Resolves when it has begun so many. */
  until(count: number): Promise<void>;
  signal(name: 'SIGSTOP' | 'SIGCONT'): void;
  kill(): Promise<void>;
}

export function startWorker(order: WorkerOrder): JobWorker {
  const child: ChildProcess = spawn(
    process.execPath,
    ['--import', 'tsx', join(__dirname, 'worker.fixture.ts'), JSON.stringify(order)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const exit = once(child, 'exit');
  const begun: string[] = [];
  const waiting = new Set<() => void>();
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => {
      begun.push(line);
      for (const look of waiting) look();
    });
  }
  return {
    begun,
    until: (count) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (begun.length < count) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
