import { fault, type Fault } from '../../kernel/fault.ts';
import type { StoredVersion } from '../../storage/body.ts';
import { insertResources, METHOD, type MethodCode } from '../../storage/insert.ts';
import { lockNumbers, readForWrite, readTombstones, type LockedRow } from '../../storage/lock.ts';
import { updateResources } from '../../storage/update.ts';
import type { Ctx, Engine } from '../engine.ts';
import { afterWrite } from './after-write.ts';
import { namesVersion } from './answer.ts';
import { currentOf } from './current.ts';
import { addedTargets, followWrites, foreseen, ruled } from './follow-writes.ts';
import { assertChange, assertChangeable, assertCreatable, assertSome, foundBy, mayChooseId } from './permission.ts';
import { inTransaction } from './in-transaction.ts';
import { noteWritten } from './note-written.ts';
import type { Prepared } from './prepare.ts';
import { missingReferences, targetsOf } from './references.ts';
import { sameContent } from './unchanged.ts';
import { writeAlone } from './write-alone.ts';

export interface Written {
  readonly row: StoredVersion;
  readonly outcome: 'created' | 'updated' | 'unchanged';
  readonly prepared: Prepared;
}

/** Makes the new version out of what is there; called again when another writer was faster. */
export type Revise = (current: LockedRow | undefined) => Prepared | Promise<Prepared>;

export interface PutOptions {
  readonly ifMatch?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly method: MethodCode;
  /** `false`: the resource must exist (PATCH, or an id that this writer may not choose). */
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
  assertSome(ctx, target.type, 'update', ...(options.mayCreate ? (['create'] as const) : []));
  const ref = engine.hasher(ctx.tenant).target(`${target.type}/${target.id}`);
  const written = await writeAlone(engine, ctx, { type: target.type, interaction: 'update' }, async (own) => {
    const there = (await readForWrite(own.db, own.tenant, [ref], false)).get(ref);
    const row = await foundBy(engine, own, target.type, there, 'update');
    if (row === undefined && isSecret(own, target.type, options)) throw absent(target, options);
    return row && replace(engine, own, target.type, row, revise, options);
  });
  if (written !== undefined) return written;
  return inTransaction(engine, ctx, (inner) => putLocked(engine, inner, target, ref, revise, options));
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
  row = await foundBy(engine, ctx, type, row, 'update');
  if (row === undefined && isSecret(ctx, type, options)) throw absent({ type, id }, options);
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
    throw absentFault(type, id);
  }
  const sent = await revise(undefined);
  assertCreatable(ctx, sent);
  const prepared = await ruled(engine, ctx, sent, undefined);
  const added = await addedTargets(engine, ctx, [{ sent, prepared }]);
  const updated = Math.max(ctx.now(), (tombstone?.updated ?? 0) + 1);
  const version = (tombstone?.version ?? 0) + 1;
  const pid = tombstone?.pid ?? (await takeOne(engine, ctx));
  const { typeId, body, rows } = prepared;
  const required = targetsOf(engine, ctx, [prepared], new Set(added));
  const missing = await insertResources(
    ctx.db,
    ctx.tenant,
    [{ pid, ref, typeId, id, version, updated, method: METHOD.PUT, body, rows }],
    required,
    ctx.audit.rows([{ action: 'C', interaction: 'update', type, id, version, seen: [prepared] }]),
  );
  if (missing.length > 0) throw missingReferences([prepared], missing);
  const written: StoredVersion = { type, id, version, updated, body };
  await followWrites(engine, ctx, [{ type, id, before: undefined, after: written, prepared }]);
  await afterWrite(engine, ctx, prepared);
  return { row: written, outcome: 'created', prepared };
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
  assertChangeable(engine, ctx, type, row);
  const sent = await revise(row);
  assertChange(engine, ctx, row, sent);
  const { id } = row;
  // What changes nothing is no write, and rules are not asked.
  const isSame = sameContent(row.body, sent.body);
  const prepared = isSame ? sent : await ruled(engine, ctx, sent, row);
  const interaction = options.method === METHOD.PATCH ? 'patch' : 'update';
  if (isSame || (prepared !== sent && sameContent(row.body, prepared.body))) {
    ctx.audit.note({ action: 'U', interaction, type, id, version: row.version, seen: [prepared] });
    return {
      row: { type, id: row.id, version: row.version, updated: row.updated, body: row.body },
      outcome: 'unchanged',
      prepared,
    };
  }
  const current = currentOf(engine, ctx.tenant, type, row);
  const added = await addedTargets(engine, ctx, [{ sent, prepared }]);
  const known = new Set([...current.rows.localReferences.map((reference) => reference.target), ...added]);
  const required = targetsOf(engine, ctx, [prepared], known);
  const updated = Math.max(ctx.now(), row.updated + 1);
  const change = { current, updated, method: options.method, body: prepared.body, rows: prepared.rows };
  const audit = ctx.audit.rows([{ action: 'U', interaction, type, id, version: row.version + 1, seen: [prepared] }]);
  const written: StoredVersion = { type, id, version: row.version + 1, updated, body: prepared.body };
  const write = { type, id, before: row, after: written, prepared };
  const kept = await foreseen(ctx, write);
  const outcome = await updateResources(ctx.db, ctx.tenant, [change], required, audit, kept);
  if (outcome.kind === 'conflict') return undefined;
  if (outcome.kind === 'missing') throw missingReferences([prepared], outcome.targets);
  noteWritten(engine, ctx, { pid: row.pid, version: written.version }, prepared);
  await followWrites(engine, ctx, [write]);
  await afterWrite(engine, ctx, prepared);
  return { row: written, outcome: 'updated', prepared };
}

/** Whether the writer must not learn more of an id under which they see nothing, such as that there once was something. */
function isSecret(ctx: Ctx, type: string, { mayCreate }: PutOptions): boolean {
  return !mayCreate && !mayChooseId(ctx, type);
}

function absent({ type, id }: { readonly type: string; readonly id: string }, { ifMatch }: PutOptions): Fault {
  return ifMatch === undefined ? absentFault(type, id) : versionConflict(type, id, undefined);
}

export function absentFault(type: string, id: string): Fault {
  return fault('rest.notFound', 404, 'not-found', `${type}/${id} does not exist.`);
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
