import { fault } from '../../kernel/fault.ts';
import { readVersion, type AnyVersion } from '../../storage/read.ts';
import type { Ctx, Engine } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { expectId } from '../write/prepare.ts';
import { readAnswer } from './read.ts';
import { gone, isResourceVisible, mayRead } from './visible.ts';

/**
 * `GET [base]/[type]/[id]/_history/[vid]`: one version, also of a resource that was deleted since; 410 for the version
 * that is the deletion itself. https://hl7.org/fhir/R4/http.html#vread
 */
export async function vread(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = '', , vid = ''] = request.path;
  expectId(id, `${type}.id`);
  const version = /^[1-9][0-9]{0,8}$/.test(vid) ? Number(vid) : undefined;
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const row = version === undefined ? undefined : await visibleOne(engine, ctx, type, id, ref, version);
  if (row === undefined) {
    throw fault(
      'rest.noVersion',
      404,
      'not-found',
      `${type}/${id} has no version "${vid.slice(0, 64)}"; versions are 1, 2, 3 … GET ${type}/${id}/_history lists them.`,
    );
  }
  if (row.body === null) throw gone(type, id, row);
  return readAnswer(engine, ctx, request, 'vread', {
    type,
    id,
    version: row.version,
    updated: row.updated,
    body: row.body,
  });
}

/** A version is visible while the resource as it is now is, or as it was last, and the version itself may be read. */
async function visibleOne(
  engine: Engine,
  ctx: Ctx,
  type: string,
  id: string,
  ref: string,
  version: number,
): Promise<AnyVersion | undefined> {
  const row = await readVersion(ctx.db, ctx.tenant, ref, version);
  if (ctx.access.allowed(type, 'read') === 'all') return row;
  const isVisible = await isResourceVisible(engine, ctx, type, id);
  if (row === undefined || !isVisible) return undefined;
  if (row.body === null) return row;
  return (await mayRead(engine, ctx, { type, id, ...row, body: row.body })) ? row : undefined;
}
