import { fault } from '../../kernel/fault.ts';
import { METHOD } from '../../storage/insert.ts';
import type { Ctx, Engine } from '../engine.ts';
import { readQuery } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { writeAnswer } from '../write/write-answer.ts';
import { findMatches, multipleMatches } from '../write/matches.ts';
import { expectId } from '../write/prepare.ts';
import { put, type Revise } from '../write/put.ts';
import { patched } from '../write/revise.ts';

/** `PATCH [base]/[type]/[id]` with JSON Patch or FHIRPath Patch. https://hl7.org/fhir/R4/http.html#patch */
export async function patch(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = ''] = request.path;
  readQuery(request, []);
  return patchInstance(engine, ctx, request, type, expectId(id, `${type}.id`));
}

/** `PATCH [base]/[type]?criteria`: 404 when nothing matches, 412 when several do. */
export async function conditionalPatch(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const type = request.path[0] ?? '';
  const criteria = { type, query: request.query };
  const [match, ...others] = (await findMatches(engine, ctx, [criteria]))[0] ?? [];
  if (match === undefined)
    throw fault('rest.noMatch', 404, 'not-found', `No ${type} matches the criteria.`, 'http.url');
  if (others.length > 0) throw multipleMatches(criteria, others.length + 1);
  return patchInstance(engine, ctx, request, type, match.id);
}

async function patchInstance(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  type: string,
  id: string,
): Promise<FhirResponse> {
  const written = await put(engine, ctx, { type, id }, reviseByPatch(engine, ctx, request, type, id), {
    ifMatch: request.headers.ifMatch,
    method: METHOD.PATCH,
    mayCreate: false,
  });
  const note = `${type}/${id} was ${written.outcome === 'unchanged' ? 'not changed by the patch' : 'patched'}.`;
  return writeAnswer(engine, ctx, request, 200, written.row, note, written.prepared);
}

/** Applies the request's patch to whatever version is there when its turn comes. */
function reviseByPatch(engine: Engine, ctx: Ctx, request: FhirRequest, type: string, id: string): Revise {
  return (current) => {
    if (current === undefined) throw fault('rest.notFound', 404, 'not-found', `${type}/${id} does not exist.`);
    return patched(engine, ctx, { contentType: request.headers.contentType, body: request.body }, type, current);
  };
}
