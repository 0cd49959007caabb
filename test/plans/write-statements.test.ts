import { create } from '../../server/fhir/interactions/create.ts';
import { update } from '../../server/fhir/interactions/update.ts';
import { transaction } from '../../server/fhir/interactions/transaction.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import { route } from '../../server/fhir/router.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { Statement } from '../../server/storage/db.ts';
import { readForWrite } from '../../server/storage/lock.ts';
import { accessByCriteria } from '../access/criteria-access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';

/** How many statements a write takes, by which indexes it finds what it changes, and whom it waits for. */
let open: TestEngine;

beforeAll(async () => {
  open = await openTestEngine();
});
afterAll(() => open.close());

interface Counted {
  readonly ctx: Ctx;
  readonly statements: Statement[];
}

function counted(): Counted {
  const statements: Statement[] = [];
  const ctx: Ctx = {
    ...open.ctx(),
    db: {
      query: (statement) => {
        statements.push(statement);
        return open.engine.db.query(statement);
      },
    },
  };
  return { ctx, statements };
}

function request(method: FhirRequest['method'], path: readonly string[], body: JsonObject): FhirRequest {
  return { method, path, query: '', headers: { prefer: {}, accept: [] }, body };
}

const patient = (id: string, family: string): JsonObject => ({
  resourceType: 'Patient',
  id,
  name: [{ family }],
  birthDate: '1815-12-10',
});

const observation = (subject: string): JsonObject => ({
  resourceType: 'Observation',
  status: 'final',
  code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
  subject: { reference: subject },
  effectiveDateTime: '1840-05-01',
  valueQuantity: { value: 55, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
});

async function store(id: string): Promise<void> {
  await update(open.engine, open.ctx(), request('PUT', ['Patient', id], patient(id, 'Lovelace')));
}

test('a create is one statement, references included', async () => {
  await store('created-for');
  // The first one fetches a block of pids and the uris of a new kind.
  await create(open.engine, open.ctx(), request('POST', ['Observation'], observation('Patient/created-for')));
  const { ctx, statements } = counted();
  await create(open.engine, ctx, request('POST', ['Observation'], observation('Patient/created-for')));
  expect(statements.map(({ name }) => name)).toEqual([expect.stringMatching(/^insert_gated_/)]);
});

test('a create by somebody who may not read everything is one statement too, planned once', async () => {
  await store('restricted-for');
  const types = { Patient: '_id=restricted-for', Observation: 'subject=Patient/restricted-for' };
  const access = accessByCriteria(open.engine, { types });
  const post = (ctx: Ctx): Promise<unknown> =>
    create(open.engine, { ...ctx, access }, request('POST', ['Observation'], observation('Patient/restricted-for')));
  await post(open.ctx());
  const { ctx, statements } = counted();
  await post(ctx);
  expect(statements.map(({ name }) => name)).toEqual([expect.stringMatching(/^write_/)]);
  const plans = await open.engine.dbOf(1).transaction(async (tx) => {
    for (let time = 0; time < 8; time += 1) await post({ ...open.ctx(), db: tx });
    return tx.query<{ generic: number }>({
      text: 'select generic_plans as generic from pg_prepared_statements where name = $1',
      values: [statements[0]?.name],
    });
  });
  expect(plans[0]?.generic).toBeGreaterThan(0);
});

test('an update is two statements: what is there, and the new version with history and index rows', async () => {
  await store('updated');
  const { ctx, statements } = counted();
  await update(open.engine, ctx, request('PUT', ['Patient', 'updated'], patient('updated', 'King')));
  expect(statements.map(({ name }) => name)).toEqual(['read_one_for_write', expect.stringMatching(/^update_one_/)]);
});

test('an update finds the rows that it changes by indexes', async () => {
  await store('planned');
  const { ctx, statements } = counted();
  await update(open.engine, ctx, request('PUT', ['Patient', 'planned'], patient('planned', 'King')));
  for (const { text, values } of statements) {
    const rows = await open.engine.db.query<{ 'QUERY PLAN': string }>({ text: `explain ${text}`, values });
    const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
    expect(plan).not.toMatch(/Seq Scan/);
    expect(plan).toMatch(/Index Scan using resource_(ref|pkey)/);
  }
});

test('a transaction of fifty creates is one statement', async () => {
  const entry = Array.from({ length: 50 }, (_, index) => ({
    fullUrl: `urn:uuid:${index}`,
    request: { method: 'POST', url: index === 0 ? 'Patient' : 'Observation' },
    resource: index === 0 ? { resourceType: 'Patient' } : observation('urn:uuid:0'),
  }));
  const bundle: JsonObject = { resourceType: 'Bundle', type: 'transaction', entry };
  const { ctx, statements } = counted();
  await transaction(open.engine, ctx, request('POST', [], bundle), bundle, route);
  expect(statements.filter(({ name }) => name !== 'pid_block')).toHaveLength(1);
});

test('an update does not wait for those who refer to the resource meanwhile', async () => {
  await store('referred-to');
  const ref = open.engine.hasher(1).target('Patient/referred-to');
  await open.engine.db.transaction(async (tx) => {
    await tx.query({ text: 'select from resource where ref = $1 for key share', values: [ref] });
    const answer = await update(
      open.engine,
      open.ctx(),
      request('PUT', ['Patient', 'referred-to'], patient('referred-to', 'King')),
    );
    expect(answer.status).toBe(200);
  });
});

test('an update that meets a reindex leaves none of the rows that the reindex writes', async () => {
  await store('reindexed');
  const ref = open.engine.hasher(1).target('Patient/reindexed');
  const { ctx, statements } = counted();
  let queued: Promise<unknown> = Promise.resolve();
  await open.engine.db.transaction(async (tx) => {
    const pid = (await readForWrite(tx, 1, [ref], true)).get(ref)?.pid;
    queued = update(open.engine, ctx, request('PUT', ['Patient', 'reindexed'], patient('reindexed', 'King')));
    // The new version's statement is under way now, and its snapshot is older than what follows.
    while (statements.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await tx.query({
      text:
        'with gone as (delete from ix_string where pid = $1 returning key, sort_at, pid, exact, tenant, value) ' +
        'insert into ix_string (key, sort_at, pid, exact, tenant, value) select * from gone',
      values: [pid],
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
  });
  await expect(queued).resolves.toMatchObject({ status: 200 });
  const rows = await open.engine.db.query<{ value: string; version: number }>({
    text: 'select x.value, r.version from resource r join ix_string x on x.pid = r.pid where r.ref = $1',
    values: [ref],
  });
  expect(rows).toEqual([{ value: 'king', version: 2 }]);
});
