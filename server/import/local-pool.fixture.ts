import type { Ctx, Engine } from '../fhir/engine.ts';
import { loadUnit } from './load-unit.ts';
import type { WorkerPool } from './worker-pool.ts';

const PARALLEL = 4;

/** Loads units in this thread, several at a time, as the threads of an import do. */
export function localPool({ engine, ctx }: { readonly engine: Engine; ctx(): Ctx }): WorkerPool {
  const running = new Set<Promise<void>>();
  return {
    async submit(unit, onResult) {
      while (running.size >= PARALLEL) await Promise.race(running);
      const work = loadUnit({ engine, dryRun: false, ctx }, unit).then((result) => {
        running.delete(work);
        onResult(result);
      });
      running.add(work);
    },
    async drain() {
      await Promise.all(running);
    },
    close: () => Promise.resolve(),
  };
}
