import {
  compileContainedCount,
  compileContainedPage,
  compileCount,
  compileEstimate,
  compilePage,
  noteUsed,
  type CompileContext,
  type CompiledPage,
} from '../../search/compile/compile-search.ts';
import { compileUpdatedPage } from '../../search/compile/updated-page.ts';
import type { SearchTree } from '../../search/tree.ts';
import type { Statement } from '../../storage/db.ts';
import type { Ctx } from '../engine.ts';
import { cursorScope, openCursor, sealCursor, type Position } from '../paging/cursor.ts';

/** A resource that a search finds. */
export interface FoundRow {
  readonly pid: number;
  readonly type: number;
  readonly id: string;
  readonly version: number;
  /** Milliseconds. */
  readonly updated: number;
  readonly body: string;
  /** Of a contained resource, whose type is negative: the resource around it. */
  readonly containerType?: number | null;
  readonly containerId?: string | null;
}

/** With its sort keys `k0`, `k1`, … */
interface PageRow extends FoundRow {
  readonly [key: `k${number}`]: string | number | null;
  /** Only of `_sort=_lastUpdated`, see compileUpdatedPage. */
  readonly snapshot?: string;
}

export interface FoundPage {
  readonly rows: readonly FoundRow[];
  readonly total: number | undefined;
  /** Cursor of the next page. */
  readonly next: string | undefined;
}

/** Longer than any write takes from the moment that its lastUpdated was chosen; ms. */
const WRITE_TIME = 60_000;

/**
 * One page of matches, in one statement. The total is counted with the first page, unless that is the only one; then it
 * rides along in the cursor.
 * @param url the search without `_cursor`; its cursors belong to it
 */
export async function readPage(
  ctx: Ctx,
  tree: SearchTree,
  context: CompileContext,
  linkKey: string,
  url: string,
): Promise<FoundPage> {
  const { cursor, count } = tree;
  if (count === 0) return { rows: [], total: await totalOf(ctx, tree, context), next: undefined };
  const scope = cursorScope(ctx, url);
  const sealed = cursor === undefined ? undefined : openCursor(linkKey, scope, cursor);
  const { found, order } = await readRows(ctx, tree, context, sealed?.slice(1));
  const rows = found.slice(0, count);
  const last = found.length > count ? rows.at(-1) : undefined;
  const total = sealed !== undefined ? sealed[0] : last === undefined ? rows.length : await totalOf(ctx, tree, context);
  const next = last === undefined ? undefined : sealCursor(linkKey, scope, [total ?? null, ...order.position(last)]);
  return { rows, total: typeof total === 'number' ? total : undefined, next };
}

/** Beside the rows of a page that is checked: CompiledPage.isChecked. */
type CheckedRow = PageRow | { readonly pid: null; readonly used: number | null };

/** The rows of a page, one more than its size when there is a next one. */
async function readRows(
  ctx: Ctx,
  tree: SearchTree,
  context: CompileContext,
  after: Position | undefined,
): Promise<{ readonly found: readonly PageRow[]; readonly order: Order }> {
  const order = orderOf(tree, context, after);
  const { statement, isChecked } = order.page;
  const rows = await ctx.db.query<CheckedRow>(statement);
  const found = rows.filter((row) => row.pid !== null);
  const [first] = rows;
  const used = isChecked && first?.pid === null ? first.used : null;
  if (used === null) return { found, order };
  noteUsed(context, used);
  return readRows(ctx, tree, context, after);
}

/** The statement of a search's first page. */
export function firstPage(tree: SearchTree, context: CompileContext): Statement {
  return orderOf(tree, context, undefined).page.statement;
}

interface Order {
  readonly page: CompiledPage;
  /** Where a page with that last row ends. */
  position(row: PageRow): Position;
}

function orderOf(tree: SearchTree, context: CompileContext, after: Position | undefined): Order {
  const [key, ...others] = tree.sort;
  const isStanding = tree.contained === 'false';
  if (isStanding && key?.by === '_lastUpdated' && others.length === 0) return updatedOrder(tree, context, after);
  const page = isStanding ? compilePage(tree, context, after, new Set()) : compileContainedPage(tree, context, after);
  return {
    page,
    position: (row) => [...Array.from({ length: page.keys }, (_, index) => row[`k${index}`] ?? null), row.pid],
  };
}

function updatedOrder(tree: SearchTree, context: CompileContext, after: Position | undefined): Order {
  const [updated, pid, snapshot, settled] = after ?? [];
  const position =
    after === undefined
      ? undefined
      : { updated: Number(updated), pid: Number(pid), snapshot: String(snapshot), settled: Number(settled) };
  return {
    page: compileUpdatedPage(tree, context, position),
    position: (row) => [
      row.k0 ?? null,
      row.pid,
      position?.snapshot ?? row.snapshot ?? '',
      position?.settled ?? context.now - WRITE_TIME,
    ],
  };
}

async function totalOf(ctx: Ctx, tree: SearchTree, context: CompileContext): Promise<number | undefined> {
  if (tree.total === 'none') return undefined;
  const isStanding = tree.contained === 'false';
  if (tree.total === 'accurate' || !isStanding) {
    return isStanding ? exactTotal(ctx, tree, context) : containedTotal(ctx, tree, context);
  }
  const [row] = await ctx.db.query<PlanRow>(compileEstimate(tree, context));
  return row?.['QUERY PLAN'][0]?.Plan['Plan Rows'];
}

async function exactTotal(ctx: Ctx, tree: SearchTree, context: CompileContext): Promise<number | undefined> {
  const { statement, isChecked } = compileCount(tree, context);
  const [row] = await ctx.db.query<{ total: number | null; used?: number | null }>(statement);
  const used = isChecked ? row?.used : undefined;
  if (used === undefined || used === null) return row?.total ?? undefined;
  noteUsed(context, used);
  return exactTotal(ctx, tree, context);
}

async function containedTotal(ctx: Ctx, tree: SearchTree, context: CompileContext): Promise<number | undefined> {
  const [row] = await ctx.db.query<{ total: number }>(compileContainedCount(tree, context));
  return row?.total;
}

/** https://www.postgresql.org/docs/current/sql-explain.html */
interface PlanRow {
  readonly 'QUERY PLAN': readonly { readonly Plan: { readonly 'Plan Rows': number } }[];
}
