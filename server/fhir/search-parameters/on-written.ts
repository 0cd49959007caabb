import type { JsonObject } from '../../kernel/json.ts';
import { raiseParametersVersion } from '../../storage/search-slots.ts';
import type { Ctx, Engine } from '../engine.ts';

const listeners = new WeakMap<object, () => void>();

/** `listener` is called when this process wrote a SearchParameter through `db`; other processes look by themselves. */
export function onChange(db: object, listener: () => void): void {
  listeners.set(db, listener);
}

/**
 * To be called in the transaction that created (`before` undefined), changed or deleted (`after` undefined) a
 * SearchParameter: every process loads the parameters again before its next request.
 */
export async function onSearchParameterWritten(
  engine: Engine,
  ctx: Ctx,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): Promise<void> {
  // A draft that stays a draft runs nowhere; an update hands over no `before`, so then it may have been active.
  if (before !== undefined && before.status !== 'active' && after?.status !== 'active') return;
  await raiseParametersVersion(ctx.db);
  listeners.get(engine.db)?.();
}
