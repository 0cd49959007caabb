import { binaryFromRaw } from '../binary/from-raw.ts';
import type { StoredVersion } from '../../storage/body.ts';
import { insertResources, METHOD } from '../../storage/insert.ts';
import type { Ctx, Engine } from '../engine.ts';
import { readQuery } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { writeAnswer } from '../write/write-answer.ts';
import { inTransaction } from '../write/in-transaction.ts';
import { criteriaLock, findMatches, multipleMatches, type Criteria, type Match } from '../write/matches.ts';
import { expectResource, prepare, type Prepared } from '../write/prepare.ts';
import { missingReferences, targetsOf } from '../write/references.ts';
import { lockNumbers } from '../../storage/lock.ts';
import { readMatched } from '../write/read-matched.ts';
import { afterWrite, hasConsequences } from '../write/after-write.ts';
import { assertCreatable, assertSome } from '../write/permission.ts';

/**
 * `POST [base]/[type]`; with If-None-Exist a conditional create: nothing is created when the criteria find one, 412 when
 * they find several. The id in the body is ignored. https://hl7.org/fhir/R4/http.html#create
 */
export async function create(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const type = request.path[0] ?? '';
  readQuery(request, []);
  assertSome(ctx, type, 'create');
  const resource = expectResource(binaryFromRaw(request) ?? request.body, type);
  const prepared = await prepare(engine, ctx.tenant, resource, ctx.newId());
  assertCreatable(ctx, prepared);
  const { ifNoneExist } = request.headers;
  if (ifNoneExist === undefined) {
    const insert = (inner: Ctx): Promise<StoredVersion> => insertNew(engine, inner, prepared);
    return created(
      engine,
      ctx,
      request,
      prepared,
      await (hasConsequences(type) ? inTransaction(engine, ctx, insert) : insert(ctx)),
    );
  }

  const criteria: Criteria = { type, query: ifNoneExist };
  // Most repeated creates find their match without any lock.
  const before = onlyMatch((await findMatches(engine, ctx, [criteria]))[0] ?? [], criteria);
  if (before !== undefined) return existing(engine, ctx, request, before);
  return inTransaction(engine, ctx, async (inner) => {
    await lockNumbers(inner.db, [criteriaLock(engine, ctx, criteria)]);
    const match = onlyMatch((await findMatches(engine, inner, [criteria]))[0] ?? [], criteria);
    if (match !== undefined) return existing(engine, inner, request, match);
    return created(engine, ctx, request, prepared, await insertNew(engine, inner, prepared));
  });
}

/** Writes one new resource under the id it was prepared with. */
async function insertNew(engine: Engine, ctx: Ctx, prepared: Prepared): Promise<StoredVersion> {
  const [pid] = await engine.pids.take(ctx.db, 1);
  if (pid === undefined) throw new Error('no pid');
  const { type, typeId, id, ref, body, rows } = prepared;
  const required = targetsOf(engine, ctx, [prepared], new Set());
  const updated = ctx.now();
  const missing = await insertResources(
    ctx.db,
    ctx.tenant,
    [{ pid, ref, typeId, id, version: 1, updated, method: METHOD.POST, body, rows }],
    required,
    ctx.audit.rows([{ action: 'C', interaction: 'create', type, id, version: 1, seen: [prepared] }]),
  );
  if (missing.length > 0) throw missingReferences([prepared], missing);
  await afterWrite(engine, ctx, prepared);
  return { type, id, version: 1, updated, body };
}

function onlyMatch(matches: readonly Match[], criteria: Criteria): Match | undefined {
  if (matches.length > 1) throw multipleMatches(criteria, matches.length);
  return matches[0];
}

function created(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  prepared: Prepared,
  row: StoredVersion,
): Promise<FhirResponse> {
  return writeAnswer(engine, ctx, request, 201, row, `${row.type}/${row.id} was created.`, prepared);
}

async function existing(engine: Engine, ctx: Ctx, request: FhirRequest, match: Match): Promise<FhirResponse> {
  const row = await readMatched(engine, ctx, match);
  return writeAnswer(engine, ctx, request, 200, row, `${row.type}/${row.id} exists already; nothing was created.`);
}
