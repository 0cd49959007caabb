import type { StoredVersion } from '../../storage/body.ts';
import type { LockedRow } from '../../storage/lock.ts';
import type { Ctx, Engine } from '../engine.ts';
import { followWrites, isRuled, ruled, type Write } from '../write/follow-writes.ts';
import type { Prepared } from '../write/prepare.ts';
import { sameContent } from '../write/unchanged.ts';
import { entryFault, type Entry } from './entries.ts';

/** A version that an entry writes. */
export interface PreparedStep {
  readonly entry: Entry;
  /** What the client wants to have stored. */
  readonly sent: Prepared;
  /** What modules' rules make of it. */
  readonly prepared: Prepared;
}

interface Work {
  readonly engine: Engine;
  readonly ctx: Ctx;
}

/** To be called in the order of the entries: creations first, then new versions. @param row what it replaces */
export async function ruleStep({ engine, ctx }: Work, step: PreparedStep, row?: LockedRow): Promise<PreparedStep> {
  const { entry, sent } = step;
  // What changes nothing is no write, and rules are not asked.
  if (!isRuled(engine, ctx.tenant, sent.type) || (row !== undefined && sameContent(row.body, sent.body))) return step;
  try {
    return { entry, sent, prepared: await ruled(engine, ctx, sent, row, entry.index) };
  } catch (error) {
    throw entryFault(error, entry.index);
  }
}

interface StoredStep extends PreparedStep {
  readonly before: LockedRow | undefined;
  readonly after: StoredVersion | undefined;
}

/** What statements wrote, as {@link followBundle} takes it. */
export function writesOf(stored: readonly StoredStep[]): Write[] {
  return stored.map(({ entry, prepared, before, after }) => {
    const { type, id } = prepared;
    return { type, id, before, after, prepared, entry: entry.index };
  });
}

/**
 * To be called behind the Bundle's statements, once: what its entries do together must hold, not each statement's part of
 * it. A fault names its entry when there is no other.
 */
export async function followBundle({ engine, ctx }: Work, writes: readonly Write[]): Promise<void> {
  try {
    await followWrites(engine, ctx, writes);
  } catch (error) {
    const entries = new Set(writes.map(({ entry }) => entry));
    const [only] = entries;
    throw only === undefined || entries.size > 1 ? error : entryFault(error, only);
  }
}
