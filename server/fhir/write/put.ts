import { fault, type Fault, type Issue } from '../../kernel/fault.ts';
import type { StoredVersion } from '../../storage/body.ts';
import { insertResources, METHOD, type MethodCode } from '../../storage/insert.ts';
import { lockNumbers, readForWrite, readTombstones, type LockedRow } from '../../storage/lock.ts';
import { updateResources } from '../../storage/update.ts';
import type { Ctx, Engine } from '../engine.ts';
import { afterWrite } from './after-write.ts';
import { namesVersion } from './answer.ts';
import { currentOf } from './current.ts';
import { inTransaction } from './in-transaction.ts';
import { liveKindOf } from './live-type.ts';
import type { Prepared } from './prepare.ts';
import { missingReferences, requiredTargets } from './references.ts';
import { sameContent } from './unchanged.ts';

export interface Written {
  readonly row: StoredVersion;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  /** See Prepared.notes. */
  readonly notes: readonly Issue[];
}

/** Makes the new version out of what is there; called again when another writer was faster. */
export type Revise = (current: LockedRow | undefined) => Prepared | Promise<Prepared>;

export interface PutOptions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly method: MethodCode;
  /** `false`: the resource must exist (PATCH). */
  readonly mayCreate: boolean;
}

/**
 * Writes a version under `type/id`, creating the resource when it may. First without locks in two statements; when
 * another writer comes between them, again behind a row lock, so that concurrent PUTs queue instead of failing.
 * @throws Fault 412 when If-Match names another version, 404/410 when it must exist and does not
 */
export async function put(
  engine: Engine,
  ctx: Ctx,
  target: { readonly type: string; readonly id: string },
  revise: Revise,
  options: PutOptions,
): Promise<Written> {
  const ref = engine.hasher(ctx.tenant).target(`${target.type}/${target.id}`);
  // A change that others must be told of and the telling are committed together.
  if (!ctx.inTransaction && liveKindOf(target.type) === undefined) {
    const row = (await readForWrite(ctx.db, ctx.tenant, [ref], false)).get(ref);
    if (row !== undefined) {
      const written = await replace(engine, ctx, target.type, row, revise, options);
      if (written !== undefined) return written;
    }
  }
  return inTransaction(engine, ctx, async (inner) => {
    const written = await putLocked(engine, inner, target, ref, revise, options);
    if (written.outcome !== 'unchanged') await afterWrite(engine, inner, target.type);
    return written;
  });
}

async function putLocked(
  engine: Engine,
  ctx: Ctx,
  { type, id }: { readonly type: string; readonly id: string },
  ref: string,
  revise: Revise,
  options: PutOptions,
): Promise<Written> {
  let row = (await readForWrite(ctx.db, ctx.tenant, [ref], true)).get(ref);
  if (row === undefined) {
    // Creating by PUT and deleting exclude each other, so that a tombstone's version is not given twice.
    await lockNumbers(ctx.db, [ref]);
    row = (await readForWrite(ctx.db, ctx.tenant, [ref], true)).get(ref);
  }
  if (row !== undefined) {
    const written = await replace(engine, ctx, type, row, revise, options);
    if (written === undefined) throw new Error(`locked row of ${type} changed`);
    return written;
  }
  const tombstone = (await readTombstones(ctx.db, ctx.tenant, [ref])).get(ref);
  if (options.ifMatch !== undefined) throw versionConflict(type, id, undefined);
  if (!options.mayCreate) {
    if (tombstone !== undefined) throw fault('rest.deleted', 410, 'deleted', `${type}/${id} was deleted.`);
    throw fault('rest.notFound', 404, 'not-found', `${type}/${id} does not exist.`);
  }
  const prepared = await revise(undefined);
  const updated = Math.max(ctx.now(), (tombstone?.updated ?? 0) + 1);
  const version = (tombstone?.version ?? 0) + 1;
  const pid = tombstone?.pid ?? (await takeOne(engine, ctx));
  const { typeId, body, rows } = prepared;
  const required = requiredTargets(engine, [prepared], new Set());
  const missing = await insertResources(
    ctx.db,
    ctx.tenant,
    [{ pid, ref, typeId, id, version, updated, method: METHOD.PUT, body, rows }],
    required,
  );
  if (missing.length > 0) throw missingReferences([prepared], missing);
  return { row: { type, id, version, updated, body }, outcome: 'created', notes: prepared.notes };
}

/** One attempt to replace a version; undefined when the row changed since it was read. */
async function replace(
  engine: Engine,
  ctx: Ctx,
  type: string,
  row: LockedRow,
  revise: Revise,
  options: PutOptions,
): Promise<Written | undefined> {
  if (options.ifMatch !== undefined && options.ifMatch !== '*' && options.ifMatch !== String(row.version)) {
    throw versionConflict(type, row.id, row.version);
  }
  refuseNamed(type, row, options.ifNoneMatch);
  const prepared = await revise(row);
  if (sameContent(row.body, prepared.body)) {
    return {
      row: { type, id: row.id, version: row.version, updated: row.updated, body: row.body },
      outcome: 'unchanged',
      notes: prepared.notes,
    };
  }
  const current = currentOf(engine, ctx.tenant, type, row);
  const known = new Set(current.rows.localReferences.map((reference) => reference.target));
  const required = requiredTargets(engine, [prepared], known);
  const updated = Math.max(ctx.now(), row.updated + 1);
  const change = { current, updated, method: options.method, body: prepared.body, rows: prepared.rows };
  const outcome = await updateResources(ctx.db, ctx.tenant, [change], required);
  if (outcome.kind === 'conflict') return undefined;
  if (outcome.kind === 'missing') throw missingReferences([prepared], outcome.targets);
  const { body, notes } = prepared;
  return { row: { type, id: row.id, version: row.version + 1, updated, body }, outcome: 'updated', notes };
}

async function takeOne(engine: Engine, ctx: Ctx): Promise<number> {
  const [pid] = await engine.pids.take(ctx.db, 1);
  if (pid === undefined) throw new Error('no pid');
  return pid;
}

/**
 * If-None-Match on a write: with `*` nothing may be there yet. https://www.rfc-editor.org/rfc/rfc9110#section-13.1.2
 * @throws Fault 412
 */
export function refuseNamed(type: string, row: LockedRow, ifNoneMatch: string | undefined): void {
  if (ifNoneMatch === undefined || !namesVersion(ifNoneMatch, row.version)) return;
  const text = `If-None-Match does not hold for ${type}/${row.id}: its version is ${row.version}.`;
  throw fault('rest.alreadyThere', 412, 'conflict', text, 'http.If-None-Match');
}

export function versionConflict(type: string, id: string, version: number | undefined): Fault {
  const found = version === undefined ? 'it does not exist' : `its version is ${version}`;
  return fault(
    'rest.versionConflict',
    412,
    'conflict',
    `If-Match does not hold for ${type}/${id}: ${found}. Read it again and repeat the change.`,
  );
}
