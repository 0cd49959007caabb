import { announceChange } from '../live/changes.ts';
import type { Ctx, Engine } from '../engine.ts';
import { liveKindOf } from './live-type.ts';

/** What must happen, in the transaction of the change, when a resource of special meaning is created, changed or deleted. */
export async function afterWrite(engine: Engine, ctx: Ctx, type: string): Promise<void> {
  const kind = liveKindOf(type);
  if (kind !== undefined) await announceChange(engine, ctx, kind);
}
