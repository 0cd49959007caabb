import { fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { StoredVersion } from '../../storage/body.ts';
import { readTombstones } from '../../storage/lock.ts';
import { readDeleted, readLive } from '../../storage/read.ts';
import { readTogether } from '../../storage/read-together.ts';
import { isReadableByContext } from '../binary/security-context.ts';
import type { Ctx, Engine } from '../engine.ts';
import { allowedOfType } from '../search/allowed-rows.ts';
import { shownResource } from '../shape/shown-resource.ts';
import { etag } from '../write/answer.ts';
import { parseStored } from '../write/current.ts';

/**
 * The live version of a resource that the caller may read.
 * @throws Fault 404 when there is none, 410 when they might have read what was deleted
 */
export async function visibleVersion(engine: Engine, ctx: Ctx, type: string, id: string): Promise<StoredVersion> {
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const live = await visibleLive(engine, ctx, type, id, ref);
  if (live === undefined) throw await absent(engine, ctx, type, id, ref);
  return live;
}

/**
 * The same as the caller may see it, parsed: for operations on an instance.
 * @param operation `$name`, for the audit trail
 */
export async function visibleResource(
  engine: Engine,
  ctx: Ctx,
  operation: string,
  type: string,
  id: string,
): Promise<JsonObject> {
  const row = await visibleVersion(engine, ctx, type, id);
  if (ctx.audit.isOn) {
    const { version, body } = row;
    ctx.audit.note({ action: 'E', interaction: operation, type, id, version, seen: [{ type, id, body }] });
  }
  return shownResource(engine.definitions, ctx.access, parseStored(type, row));
}

/** Whether the resource as it is now, or as it was when it was deleted, is one that the caller may read. */
export async function isResourceVisible(engine: Engine, ctx: Ctx, type: string, id: string): Promise<boolean> {
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  if ((await visibleLive(engine, ctx, type, id, ref)) !== undefined) return true;
  return (await visibleTombstone(engine, ctx, type, id, ref)) !== undefined;
}

/** Whether the version itself, live or not, is one that the caller may read. */
export async function mayRead(engine: Engine, ctx: Ctx, row: StoredVersion): Promise<boolean> {
  const { access } = ctx;
  if (access.allowed(row.type, 'read') === 'all' || access.permits(parseStored(row.type, row), 'read')) return true;
  return row.type === 'Binary' && (await isReadableByContext(engine, ctx, row));
}

async function visibleLive(
  engine: Engine,
  ctx: Ctx,
  type: string,
  id: string,
  ref: string,
): Promise<StoredVersion | undefined> {
  const allowed = allowedOfType(engine, ctx, type, 'read');
  const find = ctx.inTransaction ? readLive : readTogether;
  const live = await find(ctx.db, ctx.tenant, ref, allowed);
  if (live !== undefined) return { type, id, version: live.version, updated: live.updated, body: live.body };
  if (type !== 'Binary' || allowed === undefined) return undefined;
  const stored = await readLive(ctx.db, ctx.tenant, ref, undefined);
  if (stored === undefined) return undefined;
  const row = { type, id, version: stored.version, updated: stored.updated, body: stored.body };
  return (await isReadableByContext(engine, ctx, row)) ? row : undefined;
}

/** 404, or 410 when it was deleted and its last version was one that the caller may read. */
async function absent(engine: Engine, ctx: Ctx, type: string, id: string, ref: string): Promise<Error> {
  const tombstone =
    ctx.access.allowed(type, 'read') === 'all'
      ? (await readTombstones(ctx.db, ctx.tenant, [ref])).get(ref)
      : await visibleTombstone(engine, ctx, type, id, ref);
  if (tombstone !== undefined) return gone(type, id, tombstone);
  return fault('rest.notFound', 404, 'not-found', `${type}/${id} does not exist.`);
}

interface Tombstone {
  readonly version: number;
  readonly updated: number;
}

/** That of a deleted resource whose last version the caller may read. */
async function visibleTombstone(
  engine: Engine,
  ctx: Ctx,
  type: string,
  id: string,
  ref: string,
): Promise<Tombstone | undefined> {
  const deleted = await readDeleted(ctx.db, ctx.tenant, ref);
  if (deleted === undefined || !(await mayRead(engine, ctx, { type, id, ...deleted.last }))) return undefined;
  return deleted;
}

/** 410 with the version that is the deletion. */
export function gone(type: string, id: string, { version, updated }: Tombstone): Error {
  const text = `${type}/${id} was deleted; that is its version ${version}.`;
  return fault('rest.deleted', 410, 'deleted', text, undefined, {
    headers: { ETag: etag(version), 'Last-Modified': new Date(updated).toUTCString() },
  });
}
