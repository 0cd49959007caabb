import { fault } from '../../kernel/fault.ts';
import { METHOD } from '../../storage/insert.ts';
import { lockNumbers } from '../../storage/lock.ts';
import { binaryFromRaw } from '../binary/from-raw.ts';
import type { Ctx, Engine } from '../engine.ts';
import { readQuery } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { writeAnswer } from '../write/answer.ts';
import { inTransaction } from '../write/in-transaction.ts';
import { criteriaLock, findMatches, multipleMatches, type Criteria } from '../write/matches.ts';
import { expectId, expectResource, prepare } from '../write/prepare.ts';
import { put, type Written } from '../write/put.ts';

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
  const prepared = await prepare(engine, ctx.tenant, resource, id);
  const { ifMatch, ifNoneMatch } = request.headers;
  const written = await put(engine, ctx, { type, id }, () => prepared, {
    ifMatch,
    ifNoneMatch,
    method: METHOD.PUT,
    mayCreate: true,
  });
  return updated(ctx, request, written);
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
    const prepared = await prepare(engine, ctx.tenant, resource, id);
    return put(engine, inner, { type, id }, () => prepared, {
      ifMatch,
      ifNoneMatch,
      method: METHOD.PUT,
      mayCreate: true,
    });
  });
  return updated(ctx, request, written);
}

function updated(ctx: Ctx, request: FhirRequest, { row, outcome, notes }: Written): FhirResponse {
  const note = `${row.type}/${row.id} ${outcome === 'unchanged' ? 'has this content already; no new version was made' : `was ${outcome}`}.`;
  return writeAnswer(ctx, request, outcome === 'created' ? 201 : 200, row, note, notes);
}
