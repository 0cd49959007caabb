import type { Worker } from 'node:worker_threads';
import type { Unit, UnitResult } from './unit.ts';
import type { UnitAnswer, UnitRequest } from './worker.ts';

/** Threads that load units. */
export interface WorkerPool {
  /** Resolves when a worker has taken the unit; its result goes to the callback. */
  submit(unit: Unit, onResult: (result: UnitResult) => void): Promise<void>;
  /** Resolves when everything submitted is loaded. @throws Error when a worker failed */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** While the database writes one unit, the worker parses the next. */
const UNITS_PER_WORKER = 2;

interface Pending {
  readonly worker: Worker;
  readonly onResult: (result: UnitResult) => void;
}

export function createWorkerPool(workers: readonly Worker[]): WorkerPool {
  const pending = new Map<number, Pending>();
  const free = Array.from({ length: UNITS_PER_WORKER }, () => workers).flat();
  let wake: (() => void)[] = [];
  let failure: Error | undefined;
  let lastId = 0;

  const wakeAll = (): void => {
    const sleepers = wake;
    wake = [];
    for (const resume of sleepers) resume();
  };
  const fail = (message: string): void => {
    failure ??= new Error(message);
    wakeAll();
  };
  for (const worker of workers) {
    worker.on('message', (answer: UnitAnswer) => {
      const waiting = pending.get(answer.id);
      if (waiting === undefined || failure !== undefined) return;
      pending.delete(answer.id);
      if ('failure' in answer) {
        fail(answer.failure);
        return;
      }
      waiting.onResult(answer.result);
      free.push(waiting.worker);
      wakeAll();
    });
    worker.on('error', (error) => fail(error.message));
    worker.on('exit', (code) => {
      if ([...pending.values()].some((one) => one.worker === worker)) fail(`an import worker ended with code ${code}`);
    });
  }
  const until = async (condition: () => boolean): Promise<void> => {
    for (;;) {
      if (failure !== undefined) throw failure;
      if (condition()) return;
      await new Promise<void>((resume) => wake.push(resume));
    }
  };

  return {
    async submit(unit, onResult) {
      await until(() => free.length > 0);
      const worker = free.shift();
      if (worker === undefined) throw new Error('no free worker');
      lastId += 1;
      pending.set(lastId, { worker, onResult });
      const request: UnitRequest = { id: lastId, unit };
      worker.postMessage(
        request,
        unit.lines.map(({ bytes }) => bytes.buffer as ArrayBuffer),
      );
    },
    drain: () => until(() => pending.size === 0),
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}
