import { fault } from '../../kernel/fault.ts';
import { stringifyJson } from '../../kernel/json.ts';
import type { Ctx, Engine } from '../engine.ts';
import { outcomeOf } from '../outcome.ts';
import { readQuery } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { etag } from '../write/answer.ts';
import { inTransaction } from '../write/in-transaction.ts';
import { findMatches, MAX_DELETES, tooManyMatches } from '../write/matches.ts';
import { assertSome } from '../write/permission.ts';
import { expectId } from '../write/prepare.ts';
import { removeLive, type Removed } from '../write/remove-live.ts';

/** `DELETE [base]/[type]/[id]`; deleting what is not there succeeds too. https://hl7.org/fhir/R4/http.html#delete */
export async function remove(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [type = '', id = ''] = request.path;
  expectId(id, `${type}.id`);
  readQuery(request, []);
  assertSome(ctx, type, 'delete');
  const removed = await inTransaction(engine, ctx, (inner) =>
    removeLive(engine, inner, [{ type, id, ifMatch: request.headers.ifMatch }]),
  );
  return answer(request, type, removed);
}

/** `DELETE [base]/[type]?criteria`: deletes every match. https://hl7.org/fhir/R4/http.html#3.1.0.7.1 */
export async function conditionalDelete(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const type = request.path[0] ?? '';
  if (request.query === '') {
    throw fault(
      'rest.noCriteria',
      400,
      'required',
      `A conditional delete needs search criteria, such as DELETE ${type}?identifier=system|value.`,
      'http.url',
    );
  }
  assertSome(ctx, type, 'delete');
  const removed = await inTransaction(engine, ctx, async (inner) => {
    const matches = (await findMatches(engine, inner, [{ type, query: request.query }], MAX_DELETES + 1))[0] ?? [];
    if (matches.length > MAX_DELETES) throw tooManyMatches();
    return removeLive(
      engine,
      inner,
      matches.map((match) => ({ type, id: match.id, ifMatch: undefined })),
    );
  });
  return answer(request, type, removed);
}

function answer(request: FhirRequest, type: string, removed: readonly Removed[]): FhirResponse {
  const [only] = removed;
  const headers: Record<string, string> =
    removed.length === 1 && only !== undefined ? { ETag: etag(only.version) } : {};
  if (request.headers.prefer.return === 'OperationOutcome') {
    const text = `${removed.length} ${type} deleted.`;
    return {
      status: 200,
      headers,
      text: stringifyJson(outcomeOf([{ severity: 'information', code: 'informational', text }])),
    };
  }
  return { status: 204, headers };
}
