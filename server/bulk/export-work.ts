import { setImmediate } from 'node:timers/promises';
import type { AsyncRun, AsyncWork } from '../fhir/async/async-works.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { shapeOf } from '../fhir/shape/shape-of.ts';
import { shapeResource } from '../fhir/shape/shape-resource.ts';
import { shownText } from '../fhir/shape/shown-resource.ts';
import { resourceText } from '../storage/body.ts';
import type { Queryable } from '../storage/db.ts';
import type { BulkOptions } from './bulk-options.ts';
import { cohortOf, keepCohort, type Cohort } from './cohort.ts';
import { compartmentSlots } from './compartment-slots.ts';
import { deletedPage } from './deleted.ts';
import { noteExport } from './export-audit.ts';
import { exportPage, keepSupporting, supportingPage, type ExportRow } from './export-rows.ts';
import { openFileSet, type FileSet, type Lines } from './file-set.ts';
import { orderOf, type ExportOrder } from './order.ts';
import { resume } from './resume.ts';
import { selectionOf, type Selection } from './selection.ts';
import { settledTime } from './transaction-time.ts';
import { keepState } from './work-table.ts';

/** How far an export has come. */
export interface ExportState {
  readonly transactionTime: number;
  readonly phase: 'members' | 'supporting' | 'deleted' | 'errors' | 'done';
  /** Of the phase: everything up to it is in the files. */
  readonly pid: number;
  readonly done: number;
  /** Patients that were asked for and are not exported. */
  readonly missing: readonly string[];
}

/** What the steps of one run share. */
interface Export {
  readonly engine: Engine;
  readonly ctx: Ctx;
  readonly work: string;
  readonly order: ExportOrder;
  readonly selection: Selection;
  readonly files: FileSet;
  lineOf(row: ExportRow): string;
  /** Keeps how far it has come, in the transaction; refused when another run has the work. */
  keep(tx: Queryable, state: ExportState): Promise<void>;
}

/** One step: adds what comes next to the files, and answers how far it has come then. */
type Step = (run: Export, state: ExportState) => Promise<ExportState>;

const ROWS_AT_ONCE = 50;

const STEPS: Readonly<Record<ExportState['phase'], Step | undefined>> = {
  members: addMembers,
  supporting: addSupporting,
  deleted: addDeleted,
  errors: addErrors,
  done: undefined,
};

/**
 * Carries an export out, page by page in the order of pids: each page is in the files and counted in one transaction, so
 * that another process goes on where this one was killed, with nothing twice and nothing left out.
 */
export async function runExport(options: BulkOptions, ctx: Ctx, work: AsyncWork, run: AsyncRun): Promise<void> {
  const { engine, store, folder, perFile } = options;
  const db = engine.dbOf(ctx.tenant);
  const order = orderOf(work.payload);
  const taken = await resume(db, ctx, folder, work.id);
  const keep = (tx: Queryable, state: ExportState): Promise<void> =>
    keepState(tx, ctx.tenant, work.id, taken.run, JSON.stringify(state));
  let state =
    taken.state === undefined
      ? await begin(options, ctx, work, run, order, keep)
      : (JSON.parse(taken.state) as ExportState);
  const { spool, files } = taken;
  const isParquet = order.format === 'parquet';
  const parts: Export = {
    engine,
    ctx,
    work: work.id,
    order,
    selection: await selectionOf(engine, ctx, work.id, order),
    files: openFileSet({ db, tenant: ctx.tenant, work: work.id, spool, store, perFile, isParquet, files }),
    lineOf: lines(engine, ctx, order),
    keep,
  };
  for (let step = STEPS[state.phase]; step !== undefined; step = STEPS[state.phase]) {
    run.signal.throwIfAborted();
    state = await step(parts, state);
    await run.progress({ done: state.done, text: `${state.done} resources` });
  }
  const last = state;
  await parts.files.finish((tx) => keep(tx, last));
  await noteExport(ctx, work, order);
}

async function begin(
  { engine }: BulkOptions,
  ctx: Ctx,
  work: AsyncWork,
  run: AsyncRun,
  order: ExportOrder,
  keep: (tx: Queryable, state: ExportState) => Promise<void>,
): Promise<ExportState> {
  const transactionTime = await settledTime(engine.db, () => ctx.now(), run.signal);
  const cohort: Cohort = order.level === 'system' ? { patients: [], missing: [] } : await cohortOf(engine, ctx, order);
  const state: ExportState = { transactionTime, phase: 'members', pid: 0, done: 0, missing: cohort.missing };
  await engine.dbOf(ctx.tenant).transaction(async (tx) => {
    await keep(tx, state);
    await keepCohort(engine, ctx, tx, work.id, cohort);
  });
  return state;
}

/** What is written of a row: what the caller may see of it, and of that what is wanted. */
function lines({ definitions }: Engine, { access }: Ctx, { elements }: ExportOrder): (row: ExportRow) => string {
  const shape = shapeOf({ elements }, definitions);
  return ({ type, id, version, updated, body }) => {
    const text = resourceText({ type: definitions.typeName(type), id, version, updated, body });
    return shapeResource(shownText(definitions, access, text), shape, definitions);
  };
}

/** Requests that wait for this process get their turn in between. */
async function linesOf({ engine, lineOf }: Export, rows: readonly ExportRow[]): Promise<readonly Lines[]> {
  const byType = new Map<number, string[]>();
  for (const [index, row] of rows.entries()) {
    const texts = byType.get(row.type);
    if (texts === undefined) byType.set(row.type, [lineOf(row)]);
    else texts.push(lineOf(row));
    if (index % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) await setImmediate();
  }
  return [...byType].map(([type, texts]) => ({ kind: 'output', type: engine.definitions.typeName(type), texts }));
}

async function addMembers(run: Export, state: ExportState): Promise<ExportState> {
  const { ctx, work, selection, files, keep } = run;
  const { types, condition, supporting } = selection;
  const { rows, last } = await exportPage(ctx.db, ctx.tenant, state.pid, types, condition);
  const next: ExportState =
    last === undefined
      ? { ...state, phase: 'supporting', pid: 0 }
      : { ...state, pid: last, done: state.done + rows.length };
  await files.add(await linesOf(run, rows), async (tx) => {
    await keep(tx, next);
    const pids = rows.map(({ pid }) => pid);
    await keepSupporting(tx, ctx.tenant, work, pids, supporting.types);
  });
  return next;
}

async function addSupporting(run: Export, state: ExportState): Promise<ExportState> {
  const { ctx, work, selection, files, keep } = run;
  const { types, condition } = selection.supporting;
  const { rows, last } =
    types.length === 0
      ? { rows: [], last: undefined }
      : await supportingPage(ctx.db, ctx.tenant, work, state.pid, condition);
  const done = state.done + rows.length;
  const next: ExportState =
    last === undefined ? { ...state, done, phase: 'deleted', pid: 0 } : { ...state, done, pid: last };
  await files.add(await linesOf(run, rows), (tx) => keep(tx, next));
  return next;
}

async function addDeleted(run: Export, state: ExportState): Promise<ExportState> {
  const { engine, ctx, work, order, selection, files, keep } = run;
  const { since, level } = order;
  const slots = level === 'system' ? undefined : compartmentSlots(engine);
  const { bundle, last } =
    since === undefined
      ? { bundle: undefined, last: undefined }
      : await deletedPage(engine, ctx, work, since, state.pid, selection.types, slots);
  const next: ExportState = last === undefined ? { ...state, phase: 'errors', pid: 0 } : { ...state, pid: last };
  const found: Lines[] = bundle === undefined ? [] : [{ kind: 'deleted', type: 'Bundle', texts: [bundle] }];
  await files.add(found, (tx) => keep(tx, next));
  return next;
}

async function addErrors({ files, keep }: Export, state: ExportState): Promise<ExportState> {
  const next: ExportState = { ...state, phase: 'done' };
  const texts = state.missing.map((reference) =>
    JSON.stringify({
      resourceType: 'OperationOutcome',
      issue: [
        {
          severity: 'warning',
          code: 'not-found',
          details: { text: `${reference} is not among the patients that can be exported here.` },
        },
      ],
    }),
  );
  await files.add(texts.length === 0 ? [] : [{ kind: 'error', type: 'OperationOutcome', texts }], (tx) =>
    keep(tx, next),
  );
  return next;
}
