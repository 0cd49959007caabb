import cluster, { type Worker } from 'node:cluster';
import type { Log } from '../kernel/log.ts';

export interface WorkersOptions {
  readonly count: number;
  /** Environment of the workers, besides that of this process. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: Log;
  /** Called once, when the first worker accepts connections. */
  onListening(): void;
  /** Called when a worker says that no worker will ever be able to listen. */
  onCannotListen(): void;
}

export interface Workers {
  /** Lets every worker finish its requests; resolves when all are gone. @param timeout ms after which they are killed */
  stop(timeout: number): Promise<void>;
}

/** Exit code of a worker whose address cannot be listened on; starting another one would not help. */
export const CANNOT_LISTEN = 69;

const HEALTHY_AFTER = 10_000;
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5000;

/** Keeps `count` API workers running: a dead one is replaced, at once at first, more and more slowly if they keep dying. */
export function startWorkers({ count, env, log, onListening, onCannotListen }: WorkersOptions): Workers {
  let isStopping = false;
  let pause = 0;

  function start(): void {
    if (isStopping) return;
    const startedAt = Date.now();
    const worker = cluster.fork(env);
    worker.once('exit', (code, signal) => {
      if (isStopping) return;
      if (code === CANNOT_LISTEN) {
        onCannotListen();
        return;
      }
      pause = Date.now() - startedAt > HEALTHY_AFTER ? 0 : Math.min(LONGEST_PAUSE, pause * 2 || FIRST_PAUSE);
      log.error({ worker: worker.process.pid, code, signal, pause }, 'worker ended; starting another one');
      setTimeout(start, pause);
    });
  }

  cluster.once('listening', onListening);
  for (let index = 0; index < count; index += 1) start();

  return {
    async stop(timeout) {
      isStopping = true;
      const running = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
      await Promise.all(running.map((worker) => stopWorker(worker, timeout)));
    },
  };
}

function stopWorker(worker: Worker, timeout: number): Promise<void> {
  return new Promise((resolve) => {
    if (worker.isDead()) {
      resolve();
      return;
    }
    const kill = setTimeout(() => worker.process.kill('SIGKILL'), timeout);
    worker.once('exit', () => {
      clearTimeout(kill);
      resolve();
    });
    worker.process.kill('SIGTERM');
  });
}
