import { isProjectionChange } from '../../storage/projection-state.ts';
import type { Ctx, Engine } from '../engine.ts';
import { hasConsequences } from './after-write.ts';
import { NeedsTransaction, type LoneHooks, type WriteHooks } from './write-hooks.ts';

/** Writes under way without a transaction that modules look at. */
const lone = new WeakMap<Ctx, LoneHooks>();

/** What is asked of modules about the one write of this context; undefined in transactions, and where no module looks. */
export function loneHooks(ctx: Ctx): LoneHooks | undefined {
  return lone.get(ctx);
}

/** Writes of one kind that needed a transaction. */
interface Trials {
  /** In a row. */
  failed: number;
  /** Writes until the next trial. */
  left: number;
}

const MOST_FAILED = 6;
const trials = new WeakMap<WriteHooks, Map<string, Trials>>();

/**
 * Makes a single write without a transaction, as far as modules allow it. What needed one is tried less and less often: an
 * attempt that fails costs what rules and validation cost.
 * @param write with the context that it gets; it may run again in a transaction
 * @returns undefined when that is needed: then nothing is written
 */
export async function writeAlone<T>(
  { hooks }: Engine,
  ctx: Ctx,
  { type, interaction }: { readonly type: string; readonly interaction: 'create' | 'update' },
  write: (ctx: Ctx) => Promise<T>,
): Promise<T | undefined> {
  if (ctx.inTransaction || hasConsequences(type)) return undefined;
  if (hooks?.concerns(ctx.tenant, type) !== true) return write(ctx);
  const kind = `${ctx.tenant} ${type} ${interaction}`;
  const known = trials.get(hooks) ?? new Map<string, Trials>();
  trials.set(hooks, known);
  const trial = known.get(kind);
  if (trial !== undefined && trial.left > 0 && !hooks.isPure(ctx.tenant, type)) {
    trial.left -= 1;
    return undefined;
  }
  const own: Ctx = { ...ctx };
  lone.set(own, hooks.alone(own));
  try {
    const result = await write(own);
    known.delete(kind);
    return result;
  } catch (error) {
    if (isProjectionChange(error)) hooks.doubt(ctx.tenant);
    else if (error instanceof NeedsTransaction) {
      const failed = Math.min((trial?.failed ?? 0) + 1, MOST_FAILED);
      known.set(kind, { failed, left: 2 ** failed });
    } else throw error;
    return undefined;
  }
}
