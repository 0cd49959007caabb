import { setTimeout } from 'node:timers/promises';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import { inTransaction } from '../../fhir/write/in-transaction.ts';
import { tryLockModules } from '../../storage/module-state.ts';

const PAUSE = 200;
/** An upgrade of another process may go through everything that is stored. */
const LONGEST = 3_600_000;

/** Runs work in a transaction while no other process sets modules up; it has to look at what others may have done. */
export async function alone<R>(engine: Engine, ctx: Ctx, work: (ctx: Ctx) => Promise<R>): Promise<R> {
  for (let waited = 0; waited < LONGEST; waited += PAUSE) {
    const turn = await inTransaction(engine, ctx, async (inner) =>
      (await tryLockModules(inner.db)) ? { result: await work(inner) } : undefined,
    );
    if (turn !== undefined) return turn.result;
    await setTimeout(PAUSE);
  }
  throw new Error('another process has been setting modules up for an hour');
}
