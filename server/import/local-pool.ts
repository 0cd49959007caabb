import type { Ctx, Engine } from '../fhir/engine.ts';
import { loadUnit } from './load-unit.ts';
import type { WorkerPool } from './worker-pool.ts';

const PARALLEL = 4;

/** Loads units in this thread, several at a time, as the threads of an import do. */
export function localPool({ engine, ctx }: { readonly engine: Engine; ctx(): Ctx }): WorkerPool {
  const running = new Set<Promise<void>>();
  let failure: { readonly error: unknown } | undefined;
  const check = (): void => {
    if (failure !== undefined) throw failure.error;
  };
  return {
    async submit(unit, onResult) {
      while (running.size >= PARALLEL) await Promise.race(running);
      check();
      const work = loadUnit({ engine, dryRun: false, ctx }, unit)
        .then(onResult)
        // Nobody may be waiting at this moment.
        .catch((error: unknown) => {
          failure ??= { error };
        })
        .finally(() => running.delete(work));
      running.add(work);
    },
    async drain() {
      await Promise.all(running);
      check();
    },
    close: () => Promise.resolve(),
  };
}
