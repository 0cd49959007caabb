import { isObject, parseJson } from '../../kernel/json.ts';
import { createReferenceReader } from '../../search/index/reference-target.ts';
import { resourceText, type StoredVersion } from '../../storage/body.ts';
import { readLive } from '../../storage/read.ts';
import type { Ctx, Engine } from '../engine.ts';
import { allowedOfType } from '../search/allowed-rows.ts';

/**
 * Whether a Binary may be read because the resource in its securityContext may: access to it is access to that one.
 * False for one without securityContext, and where that leads to nothing on this server.
 * https://hl7.org/fhir/R4/binary-definitions.html#Binary.securityContext
 */
export async function isReadableByContext(engine: Engine, ctx: Ctx, row: StoredVersion): Promise<boolean> {
  const { type, id } = contextOf(engine, ctx, row) ?? {};
  if (type === undefined || id === undefined) return false;
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const live = await readLive(ctx.db, ctx.tenant, ref, allowedOfType(engine, ctx, type, 'read'));
  return live !== undefined;
}

function contextOf(
  engine: Engine,
  ctx: Ctx,
  row: StoredVersion,
): { readonly type?: string; readonly id?: string } | undefined {
  const binary = parseJson(resourceText(row), { maxDepth: 256 });
  const context = isObject(binary) ? binary.securityContext : undefined;
  if (!isObject(context) || typeof context.reference !== 'string') return undefined;
  return createReferenceReader((name) => engine.definitions.isResourceType(name), [ctx.baseUrl])(context.reference);
}
