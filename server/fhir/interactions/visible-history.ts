import type { RowCondition } from '../../search/compile/allowed.ts';
import type { Statement } from '../../storage/db.ts';
import { lastVersions, liveVersions, type HistoryRow, type HistoryWindow } from '../../storage/history.ts';
import type { Ctx, Engine } from '../engine.ts';
import { mayRead } from './visible.ts';

/** Versions that are looked at together once a first look did not fill the page. */
const CHUNK = 500;
/** Looks for one page. What they do not fill is left to the pages that follow. */
const MAX_LOOKS = 20;

export interface VersionPage {
  readonly rows: readonly HistoryRow[];
  /** Where the next page starts; undefined: there is none. */
  readonly next: HistoryWindow['before'] | undefined;
}

/**
 * A page of versions that the caller may read: those of resources that they may read as these are now (or were, when they
 * were deleted), as far as the version itself is one that they may read.
 * @param select the statement for a window
 * @param allowedOf what may be read of resources of some types; undefined: every version of every type may be
 */
export async function visibleVersions(
  engine: Engine,
  ctx: Ctx,
  select: (window: HistoryWindow) => Statement,
  window: Omit<HistoryWindow, 'limit'>,
  count: number,
  allowedOf: ((types: readonly string[]) => RowCondition | undefined) | undefined,
): Promise<VersionPage> {
  if (allowedOf === undefined) {
    const rows = await ctx.db.query<HistoryRow>(select({ ...window, limit: count + 1 }));
    return { rows: rows.slice(0, count), next: rows.length > count ? rows[count - 1] : undefined };
  }
  const rows: HistoryRow[] = [];
  let { before } = window;
  let limit = count + 1;
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const asked = await ctx.db.query<HistoryRow>(select({ ...window, before, limit }));
    for (const row of await readableOnes(engine, ctx, asked, allowedOf)) {
      if (rows.length === count) return { rows, next: rows.at(-1) };
      rows.push(row);
    }
    const last = asked.at(-1);
    if (last === undefined || asked.length < limit) return { rows, next: undefined };
    before = { updated: last.updated, pid: last.pid };
    limit = CHUNK;
  }
  return { rows, next: before };
}

async function readableOnes(
  engine: Engine,
  ctx: Ctx,
  asked: readonly HistoryRow[],
  allowedOf: (types: readonly string[]) => RowCondition | undefined,
): Promise<readonly HistoryRow[]> {
  const { definitions } = engine;
  const types = [...new Set(asked.map(({ type }) => type))].map((type) => definitions.typeName(type));
  const allowed = allowedOf(types);
  if (allowed === undefined) return asked;
  const pids = [...new Set(asked.map(({ pid }) => pid))];
  const live = await liveVersions(ctx.db, ctx.tenant, pids, allowed);
  const deleted = pids.filter((pid) => !live.has(pid));
  const last = deleted.length === 0 ? undefined : await lastVersions(ctx.db, ctx.tenant, deleted);
  const wasVisible = new Map<number, boolean>();
  const rows: HistoryRow[] = [];
  for (const row of asked) {
    if (await isReadable(row)) rows.push(row);
  }
  return rows;

  async function isReadable(row: HistoryRow): Promise<boolean> {
    const version = live.get(row.pid);
    if (!(live.has(row.pid) ? version !== undefined : await wasDeletedVisible(row))) return false;
    return row.body === null || row.version === version || isItselfReadable(row, row.body);
  }

  async function wasDeletedVisible(row: HistoryRow): Promise<boolean> {
    let known = wasVisible.get(row.pid);
    if (known === undefined) {
      const version = last?.get(row.pid);
      known = version !== undefined && (await isItselfReadable({ ...row, ...version }, version.body));
      wasVisible.set(row.pid, known);
    }
    return known;
  }

  function isItselfReadable({ type, id, version, updated }: HistoryRow, body: string): Promise<boolean> {
    return mayRead(engine, ctx, { type: definitions.typeName(type), id, version, updated, body });
  }
}
