import { fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { METHOD } from '../../storage/insert.ts';
import { lockNumbers } from '../../storage/lock.ts';
import { binaryFromRaw } from '../binary/from-raw.ts';
import type { Ctx, Engine } from '../engine.ts';
import { readQuery } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { writeAnswer } from '../write/write-answer.ts';
import { inTransaction } from '../write/in-transaction.ts';
import { criteriaLock, findMatches, multipleMatches, type Criteria } from '../write/matches.ts';
import { expectId, expectResource, prepare } from '../write/prepare.ts';
import { mayChooseId } from '../write/permission.ts';
import { put, type Revise, type Written } from '../write/put.ts';
import { replaced } from '../write/revise.ts';

/** `PUT [base]/[type]/[id]`: new version, or creation under that id. https://hl7.org/fhir/R4/http.html#update */
export async function update(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = ''] = request.path;
  expectId(id, `${type}.id`);
  readQuery(request, []);
  const resource = expectResource(binaryFromRaw(request, id) ?? request.body, type);
  if (resource.id !== id) {
    const said = resource.id === undefined ? 'has no id' : 'has another id';
    throw fault(
      'rest.idMismatch',
      400,
      'value',
      `The resource ${said}; its id must be "${id}", as in the URL.`,
      `${type}.id`,
    );
  }
  const { ifMatch, ifNoneMatch } = request.headers;
  const written = await put(engine, ctx, { type, id }, await reviseTo(engine, ctx, resource, id), {
    ifMatch,
    ifNoneMatch,
    method: METHOD.PUT,
    mayCreate: mayChooseId(ctx, type),
  });
  return updated(engine, ctx, request, written);
}

/**
 * `PUT [base]/[type]?criteria`: updates the one match, creates when there is none (under the body's id if it has one),
 * 412 when there are several. https://hl7.org/fhir/R4/http.html#cond-update
 */
export async function conditionalUpdate(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const type = request.path[0] ?? '';
  const resource = expectResource(binaryFromRaw(request) ?? request.body, type);
  const criteria: Criteria = { type, query: request.query };
  const { ifMatch, ifNoneMatch } = request.headers;
  const written = await inTransaction(engine, ctx, async (inner) => {
    await lockNumbers(inner.db, [criteriaLock(engine, ctx, criteria)]);
    const matches = (await findMatches(engine, inner, [criteria]))[0] ?? [];
    if (matches.length > 1) throw multipleMatches(criteria, matches.length);
    const wanted = typeof resource.id === 'string' ? expectId(resource.id, `${type}.id`) : undefined;
    const found = matches[0]?.id;
    if (found !== undefined && wanted !== undefined && found !== wanted) {
      throw fault(
        'rest.idMismatch',
        400,
        'value',
        `The criteria find ${type}/${found}, but the resource has another id.`,
        `${type}.id`,
      );
    }
    const id = found ?? wanted ?? ctx.newId();
    return put(engine, inner, { type, id }, await reviseTo(engine, ctx, resource, id), {
      ifMatch,
      ifNoneMatch,
      method: METHOD.PUT,
      mayCreate: id !== wanted || mayChooseId(ctx, type),
    });
  });
  return updated(engine, ctx, request, written);
}

/** Nothing of what is there comes into it when the writer sees everything: then it is prepared once, before any transaction. */
async function reviseTo(engine: Engine, ctx: Ctx, resource: JsonObject, id: string): Promise<Revise> {
  if (!ctx.access.isUnrestricted) return (current) => replaced(engine, ctx, resource, id, current);
  const prepared = await prepare(engine, ctx.tenant, resource, id);
  return () => prepared;
}

function updated(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  { row, outcome, prepared }: Written,
): Promise<FhirResponse> {
  const note = `${row.type}/${row.id} ${outcome === 'unchanged' ? 'has this content already; no new version was made' : `was ${outcome}`}.`;
  return writeAnswer(engine, ctx, request, outcome === 'created' ? 201 : 200, row, note, prepared);
}
