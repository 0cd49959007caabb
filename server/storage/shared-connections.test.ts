import { createTestDatabase, type TestDatabase } from '../../test/harness/test-database.ts';
import { openDb, type Db, type Statement } from './db.ts';

let database: TestDatabase;
let db: Db;

beforeEach(async () => {
  database = await createTestDatabase();
  db = open(10_000);
});
afterEach(async () => {
  await db.close();
  await database.drop();
});

const open = (poolTimeout: number): Db =>
  openDb({ connectionString: database.connectionString, max: 3, statementTimeout: 30_000, poolTimeout });

const brief = (text: string, ...values: readonly unknown[]): Statement => ({ text, values, isBrief: true });

function inUse(): number {
  const { total, idle } = db.connections();
  return total - idle;
}

test('brief statements that come at once share connections, and each gets its own answer', async () => {
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, place) =>
      db.query<{ place: number; pid: number }>(brief('select $1::integer as place, pg_backend_pid() as pid', place)),
    ),
  );
  expect(answers.map(([row]) => row?.place)).toEqual(Array.from({ length: 40 }, (_, place) => place));
  expect(new Set(answers.map(([row]) => row?.pid)).size).toBeLessThanOrEqual(3);
  expect(inUse()).toBe(0);
});

test('one that fails leaves the others as they are', async () => {
  const results = await Promise.allSettled(
    Array.from({ length: 12 }, (_, place) =>
      db.query<{ quotient: number }>(brief('select 12 / $1::integer as quotient', place % 4)),
    ),
  );
  expect(results.map((each) => (each.status === 'fulfilled' ? each.value[0]?.quotient : 'failed'))).toEqual(
    [0, 1, 2].flatMap(() => ['failed', 12, 6, 4]),
  );
  expect(inUse()).toBe(0);
});

test('a connection that is lost fails those under way on it, and is not used again', async () => {
  const [first, ...others] = await Promise.allSettled([
    db.query(brief('select 1 as one')),
    db.query(brief('select pg_terminate_backend(pg_backend_pid())')),
    db.query(brief('select 2 as two')),
  ]);
  expect(others.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  // Its answer was sent, but may be lost: a connection that is closed before all of its input was read is reset.
  const failed = first.status === 'rejected' ? [first, ...others] : others;
  for (const each of failed) expect(each).toMatchObject({ reason: { code: 'storage.unavailable' } });
  expect(await db.query(brief('select 3 as three'))).toEqual([{ three: 3 }]);
  expect(inUse()).toBe(0);
});

test('while there is no connection they are refused together, and served when there is one again', async () => {
  await db.close();
  db = open(500);
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const taken: Promise<void>[] = [];
  const holding = Array.from({ length: 3 }, () => {
    let isTaken: () => void = () => undefined;
    taken.push(new Promise((resolve) => (isTaken = resolve)));
    return db.transaction(async (tx) => {
      await tx.query({ text: 'select', values: [] });
      isTaken();
      await held;
    });
  });
  await Promise.all(taken);
  const refused = await Promise.allSettled([1, 2, 3].map(() => db.query(brief('select 1'))));
  for (const each of refused) expect(each).toMatchObject({ reason: { code: 'storage.unavailable', status: 503 } });
  release();
  await Promise.all(holding);
  expect(await db.query(brief('select 4 as four'))).toEqual([{ four: 4 }]);
  expect(inUse()).toBe(0);
});

test('a transaction keeps its connection for itself', async () => {
  await db.transaction(async (tx) => {
    const [own] = await tx.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid', values: [] });
    const [other] = await db.query<{ pid: number }>(brief('select pg_backend_pid() as pid'));
    expect(other?.pid).not.toBe(own?.pid);
  });
});
