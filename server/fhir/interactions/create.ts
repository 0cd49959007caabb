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
import { afterWrite } from '../write/after-write.ts';
import { addedTargets, followWrites, foreseen, ruled } from '../write/follow-writes.ts';
import { assertCreatable, assertSome } from '../write/permission.ts';
import { noteWritten } from '../write/note-written.ts';
import { writeAlone } from '../write/write-alone.ts';

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
    const insert = (inner: Ctx): Promise<Inserted> => insertNew(engine, inner, prepared);
    const alone = await writeAlone(engine, ctx, { type, interaction: 'create' }, insert);
    return created(engine, ctx, request, alone ?? (await inTransaction(engine, ctx, insert)));
  }

  const criteria: Criteria = { type, query: ifNoneExist };
  // Most repeated creates find their match without any lock.
  const before = onlyMatch((await findMatches(engine, ctx, [criteria]))[0] ?? [], criteria);
  if (before !== undefined) return existing(engine, ctx, request, before);
  const inserted = await inTransaction(engine, ctx, async (inner) => {
    await lockNumbers(inner.db, [criteriaLock(engine, ctx, criteria)]);
    const match = onlyMatch((await findMatches(engine, inner, [criteria]))[0] ?? [], criteria);
    if (match !== undefined) return existing(engine, inner, request, match);
    return insertNew(engine, inner, prepared);
  });
  return 'row' in inserted ? created(engine, ctx, request, inserted) : inserted;
}

interface Inserted {
  readonly row: StoredVersion;
  readonly prepared: Prepared;
}

/** Writes one new resource under the id it was prepared with. */
async function insertNew(engine: Engine, ctx: Ctx, sent: Prepared): Promise<Inserted> {
  const prepared = await ruled(engine, ctx, sent, undefined);
  const added = await addedTargets(engine, ctx, [{ sent, prepared }]);
  const { type, typeId, id, ref, body, rows } = prepared;
  const required = targetsOf(engine, ctx, [prepared], new Set(added));
  const updated = ctx.now();
  const row: StoredVersion = { type, id, version: 1, updated, body };
  const write = { type, id, before: undefined, after: row, prepared };
  const kept = await foreseen(ctx, write);
  const [pid] = await engine.pids.take(ctx.db, 1);
  if (pid === undefined) throw new Error('no pid');
  const missing = await insertResources(
    ctx.db,
    ctx.tenant,
    [{ pid, ref, typeId, id, version: 1, updated, method: METHOD.POST, body, rows }],
    required,
    ctx.audit.rows([{ action: 'C', interaction: 'create', type, id, version: 1, seen: [prepared] }]),
    kept,
  );
  if (missing.length > 0) throw missingReferences([prepared], missing);
  noteWritten(engine, ctx, { pid, version: 1 }, prepared);
  await followWrites(engine, ctx, [write]);
  await afterWrite(engine, ctx, prepared);
  return { row, prepared };
}

function onlyMatch(matches: readonly Match[], criteria: Criteria): Match | undefined {
  if (matches.length > 1) throw multipleMatches(criteria, matches.length);
  return matches[0];
}

function created(engine: Engine, ctx: Ctx, request: FhirRequest, { row, prepared }: Inserted): Promise<FhirResponse> {
  return writeAnswer(engine, ctx, request, 201, row, `${row.type}/${row.id} was created.`, prepared);
}

async function existing(engine: Engine, ctx: Ctx, request: FhirRequest, match: Match): Promise<FhirResponse> {
  const row = await readMatched(engine, ctx, match);
  return writeAnswer(engine, ctx, request, 200, row, `${row.type}/${row.id} exists already; nothing was created.`);
}
