import { fault } from '../../kernel/fault.ts';
import { readVersion } from '../../storage/read.ts';
import type { Ctx, Engine } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { expectId } from '../write/prepare.ts';
import { gone, readAnswer } from './read.ts';

/**
 * `GET [base]/[type]/[id]/_history/[vid]`: one version, also of a resource that was deleted since; 410 for the version
 * that is the deletion itself. https://hl7.org/fhir/R4/http.html#vread
 */
export async function vread(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = '', , vid = ''] = request.path;
  expectId(id, `${type}.id`);
  const version = /^[1-9][0-9]{0,8}$/.test(vid) ? Number(vid) : undefined;
  const ref = engine.hasher(ctx.tenant).target(`${type}/${id}`);
  const row = version === undefined ? undefined : await readVersion(ctx.db, ctx.tenant, ref, version);
  if (row === undefined) {
    throw fault(
      'rest.noVersion',
      404,
      'not-found',
      `${type}/${id} has no version "${vid.slice(0, 64)}"; versions are 1, 2, 3 … GET ${type}/${id}/_history lists them.`,
    );
  }
  if (row.body === null) throw gone(type, id, row);
  return readAnswer(engine, request, { type, id, version: row.version, updated: row.updated, body: row.body });
}
