import { setTimeout as pause } from 'node:timers/promises';
import { Fault } from '../kernel/fault.ts';
import { markLoaded } from '../storage/import-progress.ts';
import { execute } from '../fhir/bundle/execute.ts';
import { resolveEntries } from '../fhir/bundle/resolve.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { inTransaction } from '../fhir/write/in-transaction.ts';
import { entriesOf, type Item } from './items.ts';

export interface Written {
  /** New resources by type. */
  readonly created: ReadonlyMap<string, number>;
  /** Resources that were there before: updated, unchanged, or found by a conditional create. */
  readonly existing: number;
  /** Items that an earlier run had loaded. */
  readonly skipped: number;
}

const PATIENCE = 60_000;
const MAX_PAUSE = 5000;

/**
 * Writes all items, and that they are loaded, in one transaction. Waits up to a minute for a database that does not answer.
 * @throws Fault when one of them cannot be written; then nothing was
 */
export async function writeItems(engine: Engine, ctx: Ctx, items: readonly Item[]): Promise<Written> {
  const deadline = ctx.now() + PATIENCE;
  for (let wait = 50; ; wait = Math.min(wait * 2, MAX_PAUSE)) {
    try {
      return await inTransaction(engine, ctx, (inner) => write(engine, inner, items));
    } catch (error) {
      if (!isTransient(error) || ctx.now() > deadline) throw error;
      await pause(wait);
    }
  }
}

/** Another attempt may succeed, whatever the items are. */
export function isTransient(error: unknown): boolean {
  return error instanceof Fault && error.code.startsWith('storage.');
}

async function write(engine: Engine, ctx: Ctx, items: readonly Item[]): Promise<Written> {
  const marked = await markLoaded(
    ctx.db,
    ctx.tenant,
    items.map(({ key }) => key),
  );
  const fresh = items.filter(({ key }) => marked.has(key));
  const plan = await resolveEntries(engine, ctx, entriesOf(engine, ctx, fresh));
  const done = await execute(engine, ctx, plan);
  const created = new Map<string, number>();
  let existing = 0;
  for (const result of done.values()) {
    if (result.kind !== 'version') continue;
    if (result.status === 200) existing += 1;
    else created.set(result.row.type, (created.get(result.row.type) ?? 0) + 1);
  }
  return { created, existing, skipped: items.length - fresh.length };
}
