import { openDb, type Db } from '../../server/storage/db.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { createTestDatabase } from '../../test/harness/test-database.ts';
import { resourceCodeSystem } from '../resource/resource-code-system.ts';
import { closure } from './closure.ts';

const ANIMALS = 'http://clinic.example.org/CodeSystem/animals';
const animals = resourceCodeSystem({
  resourceType: 'CodeSystem',
  url: ANIMALS,
  status: 'active',
  content: 'complete',
  concept: [
    { code: 'animal', concept: [{ code: 'dog', concept: [{ code: 'poodle' }] }, { code: 'cat' }] },
    { code: 'plant', concept: [{ code: 'oak' }] },
  ],
});

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDb({ connectionString: database.connectionString, max: 4, statementTimeout: 10_000, poolTimeout: 5000 });
});

afterAll(async () => {
  await db.close();
  await database.drop();
});

const named = (name: string): JsonObject => ({ name: 'name', valueString: name });
const concept = (code: string, system = ANIMALS): JsonObject => ({ name: 'concept', valueCoding: { system, code } });

async function call(parameters: readonly JsonObject[], tenant = 1): Promise<JsonObject> {
  const systems = { codeSystem: async (url: string) => (url === ANIMALS ? animals : undefined) };
  return db.transaction((tx) => closure(systems, parameters, { db: tx, tenant, now: () => 0 }));
}

interface Answer {
  readonly version: string;
  readonly group?: readonly {
    element: readonly { code: string; target: readonly { code: string; equivalence: string }[] }[];
  }[];
}

/** Version, then `code<ancestor` of each relation, sorted. */
async function relations(parameters: readonly JsonObject[], tenant?: number): Promise<string[]> {
  const { version, group = [] } = (await call(parameters, tenant)) as unknown as Answer;
  const pairs = group.flatMap(({ element }) =>
    element.flatMap(({ code, target }) => target.map((each) => `${code}<${each.code}`)),
  );
  return [version, ...pairs.sort()];
}

test('a table grows, tells what is new, and tells again what was missed', async () => {
  const table = named('growing');
  expect(await relations([table])).toEqual(['0']);
  expect(await relations([table, concept('poodle'), concept('cat')])).toEqual(['0']);
  expect(await relations([table, concept('animal')])).toEqual(['1', 'cat<animal', 'poodle<animal']);
  expect(await relations([table, concept('dog'), concept('oak')])).toEqual(['2', 'dog<animal', 'poodle<dog']);
  expect(await relations([table, concept('dog')])).toEqual(['2']);
  expect(await relations([table, { name: 'version', valueString: '1' }])).toEqual(['2', 'dog<animal', 'poodle<dog']);
  expect(await relations([table, { name: 'version', valueString: '0' }])).toHaveLength(5);
  expect(await relations([table, { name: 'version', valueString: '2' }])).toEqual(['2']);
  expect(await relations([table])).toEqual(['0']);
  expect(await relations([table, { name: 'version', valueString: '0' }])).toEqual(['0']);
});

test('the answer is a ConceptMap whose targets subsume', async () => {
  await call([named('shape')]);
  expect(await call([named('shape'), concept('dog'), concept('animal')])).toEqual({
    resourceType: 'ConceptMap',
    version: '1',
    name: 'shape',
    status: 'active',
    experimental: true,
    date: '1970-01-01T00:00:00.000Z',
    group: [
      {
        source: ANIMALS,
        target: ANIMALS,
        element: [{ code: 'dog', target: [{ code: 'animal', equivalence: 'subsumes' }] }],
      },
    ],
  });
});

test('tables of tenants and names are apart', async () => {
  await call([named('same')], 1);
  await call([named('same')], 2);
  await call([named('same'), concept('animal')], 1);
  expect(await relations([named('same'), concept('dog')], 2)).toEqual(['0']);
  expect(await relations([named('same'), concept('dog')], 1)).toEqual(['1', 'dog<animal']);
});

test('who adds at the same time waits, so that no relation is missed', async () => {
  const table = named('race');
  await call([table]);
  await Promise.all(['animal', 'dog', 'poodle', 'cat'].map((code) => call([table, concept(code)])));
  const all = await relations([table, { name: 'version', valueString: '0' }]);
  expect(all.slice(1)).toEqual(['cat<animal', 'dog<animal', 'poodle<animal', 'poodle<dog']);
});

test('concepts that do not exist leave the table as it was', async () => {
  const table = named('refused');
  await call([table]);
  await expect(call([table, concept('animal'), concept('unicorn')])).rejects.toMatchObject({
    status: 422,
    code: 'closure.unknownCode',
  });
  await expect(call([table, concept('x', 'http://example.org/none')])).rejects.toMatchObject({
    status: 422,
    code: 'closure.unknownSystem',
  });
  expect(await relations([table, concept('animal')])).toEqual(['0']);
});

test.each([
  [[], 400, 'closure.name'],
  [[named('x'.repeat(300))], 400, 'closure.name'],
  [[named('never-made'), concept('dog')], 404, 'closure.unknownTable'],
  [[named('never-made'), { name: 'version', valueString: '0' }], 404, 'closure.unknownTable'],
  [[named('growing'), { name: 'version', valueString: 'one' }], 400, 'closure.badVersion'],
  [[named('growing'), { name: 'version', valueString: '1' }, concept('dog')], 400, 'closure.both'],
  [[named('growing'), { name: 'concept', valueCoding: { code: 'dog' } }], 400, 'closure.concept'],
])('%# is refused with %i', async (parameters, status, code) => {
  await expect(call(parameters as JsonObject[])).rejects.toMatchObject({ status, code });
});
