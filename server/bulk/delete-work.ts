import type { AsyncRun, AsyncWork } from '../fhir/async/async-works.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { withAuthority } from '../fhir/operations/with-authority.ts';
import { outcomeOfFault } from '../fhir/outcome.ts';
import { compileContext } from '../fhir/search/compile-context.ts';
import { inTransaction } from '../fhir/write/in-transaction.ts';
import { removeLive } from '../fhir/write/remove-live.ts';
import { Fault, fault } from '../kernel/fault.ts';
import { stringifyJson } from '../kernel/json.ts';
import { rowCondition, type RowCondition } from '../search/compile/allowed.ts';
import type { Queryable } from '../storage/db.ts';
import type { BulkOptions } from './bulk-options.ts';
import { deleteOrderOf } from './delete-order.ts';
import { LAST_PID, matchPage, type MatchedRow } from './delete-rows.ts';
import { openFileSet, type FileSet } from './file-set.ts';
import { resume } from './resume.ts';
import { readTypeFilters } from './type-filters.ts';
import { keepState } from './work-table.ts';

/** How far a deletion has come. */
export interface DeleteState {
  /** `count`: nothing is deleted yet; `delete`: again and again, as long as that deletes anything; `report`: what stays. */
  readonly phase: 'count' | 'delete' | 'report' | 'done';
  /** Of the pass: everything from it on has had its turn. */
  readonly pid: number;
  readonly matched: Readonly<Record<string, number>>;
  readonly deleted: Readonly<Record<string, number>>;
  /** Of the pass. */
  readonly isProgress: boolean;
  readonly refused: number;
}

interface Deletion {
  readonly engine: Engine;
  readonly ctx: Ctx;
  readonly types: readonly number[];
  readonly condition: RowCondition;
  readonly files: FileSet;
  keep(tx: Queryable, state: DeleteState): Promise<void>;
}

/** Resources of one transaction. */
const AT_ONCE = 100;

const BEGIN: DeleteState = { phase: 'count', pid: LAST_PID, matched: {}, deleted: {}, isProgress: false, refused: 0 };

/**
 * Deletes what matches, in transactions of a hundred, each by the ordinary way of deleting: rules, projections, audit and
 * references hold. What others still refer to gets its turn again once those are deleted.
 * @throws Fault 412 when more match than may be deleted; then nothing was
 */
export async function runDelete(options: BulkOptions, asked: Ctx, work: AsyncWork, run: AsyncRun): Promise<void> {
  const { engine, folder, store, perFile } = options;
  const ctx = withAuthority(asked);
  const { tenant } = ctx;
  const order = deleteOrderOf(work.payload);
  const db = engine.dbOf(tenant);
  const taken = await resume(db, asked, folder, work.id);
  const { spool, files } = taken;
  const filters = await readTypeFilters(engine, ctx, order.typeFilters);
  const deletion: Deletion = {
    engine,
    ctx,
    types: order.types.map((type) => engine.definitions.typeId(type)),
    condition: rowCondition(compileContext(engine, ctx), order.types, (type) => filters.get(type) ?? 'all'),
    files: openFileSet({ db, tenant, work: work.id, spool, store, perFile, isParquet: false, files }),
    keep: (tx, state) => keepState(tx, tenant, work.id, taken.run, JSON.stringify(state)),
  };
  let state = taken.state === undefined ? BEGIN : (JSON.parse(taken.state) as DeleteState);
  while (state.phase !== 'done') {
    run.signal.throwIfAborted();
    const { rows, first } = await matchPage(ctx.db, tenant, state.pid, deletion.types, deletion.condition);
    state =
      state.phase === 'count' ? counted(engine, state, rows) : await deletePage(deletion, state, rows, run.signal);
    if (!order.isDry && state.phase === 'count' && sum(state.matched) > order.limit) throw tooMany(order.limit);
    state = first === undefined ? afterPass(state, order.isDry) : { ...state, pid: first };
    await deletion.keep(db, state);
    const total = sum(state.matched);
    await run.progress({ done: sum(state.deleted), total, text: `${sum(state.deleted)} of ${total} deleted` });
  }
  await deletion.files.finish((tx) => deletion.keep(tx, state));
}

/** What comes when a pass has come to its end. */
function afterPass(state: DeleteState, isDry: boolean): DeleteState {
  const next = { ...state, pid: LAST_PID, isProgress: false, refused: 0 };
  if (state.phase === 'count') return { ...next, phase: isDry || sum(state.matched) === 0 ? 'done' : 'delete' };
  if (state.phase === 'report') return { ...state, phase: 'done' };
  if (state.refused === 0) return { ...next, phase: 'done' };
  return { ...next, phase: state.isProgress ? 'delete' : 'report' };
}

function counted({ definitions }: Engine, state: DeleteState, rows: readonly MatchedRow[]): DeleteState {
  const matched: Record<string, number> = { ...state.matched };
  for (const { type } of rows) {
    const name = definitions.typeName(type);
    matched[name] = (matched[name] ?? 0) + 1;
  }
  return { ...state, matched };
}

async function deletePage(
  deletion: Deletion,
  start: DeleteState,
  rows: readonly MatchedRow[],
  signal: AbortSignal,
): Promise<DeleteState> {
  let state = start;
  const outcomes: string[] = [];
  const pieces: (readonly MatchedRow[])[] = [];
  for (let from = 0; from < rows.length; from += AT_ONCE) pieces.push(rows.slice(from, from + AT_ONCE));
  pieces.reverse();
  for (let piece = pieces.pop(); piece !== undefined; piece = pieces.pop()) {
    signal.throwIfAborted();
    try {
      state = await deletePiece(deletion, state, piece);
    } catch (error) {
      if (!(error instanceof Fault) || error.status >= 500) throw error;
      const [only] = piece;
      if (piece.length > 1) {
        const middle = piece.length >> 1;
        pieces.push(piece.slice(middle), piece.slice(0, middle));
      } else if (only !== undefined) {
        state = { ...state, refused: state.refused + 1 };
        if (state.phase === 'report') outcomes.push(outcomeText(deletion.engine, only, error));
      }
    }
  }
  const final = state;
  const lines = outcomes.length === 0 ? [] : [{ kind: 'error', type: 'OperationOutcome', texts: outcomes } as const];
  const next = { ...final, pid: rows.at(-1)?.pid ?? final.pid };
  await deletion.files.add(lines, (tx) => deletion.keep(tx, next));
  return next;
}

/** What is deleted is counted in the same transaction, so that no crash makes the count wrong. */
async function deletePiece(
  { engine, ctx, keep }: Deletion,
  state: DeleteState,
  piece: readonly MatchedRow[],
): Promise<DeleteState> {
  return inTransaction(engine, ctx, async (inner) => {
    const targets = piece.map(({ type, id }) => ({ type: engine.definitions.typeName(type), id, ifMatch: undefined }));
    const removed = await removeLive(engine, inner, targets);
    const deleted: Record<string, number> = { ...state.deleted };
    for (const { type } of removed) deleted[type] = (deleted[type] ?? 0) + 1;
    const next = { ...state, deleted, isProgress: state.isProgress || removed.length > 0 };
    await keep(inner.db, next);
    return next;
  });
}

function outcomeText({ definitions }: Engine, { type, id }: MatchedRow, refusal: Fault): string {
  const at = `${definitions.typeName(type)}/${id}`;
  const issues = refusal.issues.map((issue) => ({ ...issue, expression: [at] }));
  return stringifyJson(outcomeOfFault(new Fault(refusal.code, refusal.status, issues)));
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function tooMany(limit: number): Error {
  const text = `More than ${limit} resources match, and nothing was deleted; narrow the searches, or raise the parameter limit.`;
  return fault('bulk.tooManyMatches', 412, 'too-costly', text);
}
