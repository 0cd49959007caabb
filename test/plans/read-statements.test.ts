import { accessByCriteria } from '../access/criteria-access.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import { read } from '../../server/fhir/interactions/read.ts';
import { update } from '../../server/fhir/interactions/update.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import type { RowCondition } from '../../server/search/compile/allowed.ts';
import type { Statement } from '../../server/storage/db.ts';
import { readTogether } from '../../server/storage/read-together.ts';

/** Reads that come at the same moment are one statement, and each is answered as if it were alone. */
let open: TestEngine;

const COUNT = 40;
const idOf = (place: number): string => `p${place}`;

beforeAll(async () => {
  open = await openTestEngine();
  for (let place = 0; place < COUNT; place += 1) {
    const body = { resourceType: 'Patient', id: idOf(place), gender: place % 2 === 0 ? 'female' : 'male' };
    await update(open.engine, open.ctx(), { ...request(idOf(place)), method: 'PUT', body });
  }
});
afterAll(() => open.close());

interface Counted {
  readonly ctx: Ctx;
  readonly statements: Statement[];
}

function counted(): Counted {
  const statements: Statement[] = [];
  const db: Ctx['db'] = {
    query: (statement) => {
      statements.push(statement);
      return open.engine.dbOf(1).query(statement);
    },
  };
  return { ctx: { ...open.ctx(), db }, statements };
}

const request = (id: string): FhirRequest => ({
  method: 'GET',
  path: ['Patient', id],
  query: '',
  headers: { prefer: {}, accept: [] },
});

/** The ids of what is answered; what is refused by its status. */
async function answers(ctx: Ctx, ids: readonly string[]): Promise<readonly unknown[]> {
  const settled = await Promise.allSettled(ids.map((id) => read(open.engine, ctx, request(id))));
  return settled.map((each) =>
    each.status === 'fulfilled'
      ? (JSON.parse(each.value.text ?? '') as { id: string }).id
      : (each.reason as { status?: number }).status,
  );
}

async function planOf({ text, values }: Statement): Promise<string> {
  const rows = await open.engine.db.query<{ 'QUERY PLAN': string }>({ text: `explain ${text}`, values });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}

test('many at once are a statement for each 32, and each has its own answer', async () => {
  const ids = Array.from({ length: COUNT }, (_, place) => idOf(place));
  const { ctx, statements } = counted();
  expect(await answers(ctx, ids)).toEqual(ids);
  expect(statements.map(({ name }) => name)).toEqual(['read_together', 'read_together']);
});

test('what is asked for twice is answered twice, what is not there is not', async () => {
  const { ctx, statements } = counted();
  expect(await answers(ctx, ['p1', 'absent', 'p1', 'p2'])).toEqual(['p1', 404, 'p1', 'p2']);
  expect(statements[0]?.name).toBe('read_together');
});

test('one alone is the statement for one, and so is the next one', async () => {
  const { ctx, statements } = counted();
  expect([await answers(ctx, ['p1']), await answers(ctx, ['p2'])]).toEqual([['p1'], ['p2']]);
  expect(statements.map(({ name }) => name)).toEqual(['read', 'read']);
});

test('those who may read different things never share a statement', async () => {
  const { ctx, statements } = counted();
  const women = { ...ctx, access: accessByCriteria(open.engine, { types: { Patient: 'gender=female' } }) };
  const men = { ...ctx, access: accessByCriteria(open.engine, { types: { Patient: 'gender=male' } }) };
  const ids = ['p0', 'p1', 'p2', 'p3'];
  const [ofWomen, ofMen, ofAll] = await Promise.all([answers(women, ids), answers(men, ids), answers(ctx, ids)]);
  expect(ofWomen).toEqual(['p0', 404, 'p2', 404]);
  expect(ofMen).toEqual([404, 'p1', 404, 'p3']);
  expect(ofAll).toEqual(ids);
  // Those of absent ones that look for what was deleted come after the three.
  expect(statements.slice(0, 3).map(({ values }) => values.length)).toEqual([
    expect.any(Number),
    expect.any(Number),
    2,
  ]);
});

test('tenants never share one, even over the same database', async () => {
  const ref = open.engine.hasher(1).target('Patient/p1');
  const tenants = [1, 2, 1, 2];
  const found = await Promise.all(tenants.map((tenant) => readTogether(open.engine.db, tenant, ref, undefined)));
  expect(found.map((live) => live?.version)).toEqual([1, undefined, 1, undefined]);
});

test('a row that cannot be read fails nobody else', async () => {
  const ref = (id: string): string => open.engine.hasher(1).target(`Patient/${id}`);
  const broken: RowCondition = (alias) => `1 / (case when ${alias}.id = 'p3' then 0 else 1 end) = 1`;
  const settled = await Promise.allSettled(
    ['p1', 'p3', 'p5'].map((id) => readTogether(open.engine.dbOf(1), 1, ref(id), broken)),
  );
  expect(settled).toEqual([
    { status: 'fulfilled', value: expect.objectContaining({ version: 1 }) as unknown },
    { status: 'rejected', reason: expect.objectContaining({ code: '22012' }) as unknown },
    { status: 'fulfilled', value: expect.objectContaining({ version: 1 }) as unknown },
  ]);
});

test('in a transaction nothing is waited for', async () => {
  const { ctx, statements } = counted();
  expect(await answers({ ...ctx, inTransaction: true }, ['p1', 'p2'])).toEqual(['p1', 'p2']);
  expect(statements.map(({ name }) => name)).toEqual(['read', 'read']);
});

test.each([
  ['everything', undefined],
  ['what criteria tell', { Patient: 'gender=female' }],
])('rows are found by their identities for who may read %s, with one plan', async (_, types) => {
  const { ctx, statements } = counted();
  const access = types === undefined ? ctx.access : accessByCriteria(open.engine, { types });
  // Until the statement is prepared.
  for (let time = 0; time < 10; time += 1) await answers({ ...ctx, access }, ['p0', 'p2', 'p4']);
  const statement = statements.at(-1);
  if (statement === undefined) throw new Error('nothing was read');
  const plan = await planOf(statement);
  expect(plan).toMatch(/Index Scan using resource_ref/);
  expect(plan).not.toMatch(/Seq Scan/);
  expect(statement.name).toMatch(/^(read_together|search_\d+)$/);
  const plans = await open.engine.dbOf(1).transaction(async (tx) => {
    for (let time = 0; time < 8; time += 1) await tx.query(statement);
    return tx.query<{ generic: number }>({
      text: 'select generic_plans as generic from pg_prepared_statements where name = $1',
      values: [statement.name],
    });
  });
  expect(plans[0]?.generic).toBeGreaterThan(0);
});
