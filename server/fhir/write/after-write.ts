import type { JsonObject } from '../../kernel/json.ts';
import type { Ctx, Engine } from '../engine.ts';
import { onSearchParameterWritten } from '../search-parameters/on-written.ts';
import type { Written } from './put.ts';
import { parseStored } from './current.ts';

/** What must happen, in the same transaction where there is one, after resources of special meaning change. */
export async function afterWrite(
  engine: Engine,
  ctx: Ctx,
  type: string,
  before: JsonObject | undefined,
  after: JsonObject | undefined,
): Promise<void> {
  if (type === 'SearchParameter') await onSearchParameterWritten(engine, ctx, before, after);
}

export async function afterPut(engine: Engine, ctx: Ctx, type: string, written: Written): Promise<void> {
  if (type !== 'SearchParameter' || written.outcome === 'unchanged') return;
  await afterWrite(engine, ctx, type, undefined, parseStored(type, written.row));
}
