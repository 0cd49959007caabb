import type { AuditRows } from '../storage/audit-rows.ts';
import type { Queryable, Statement } from '../storage/db.ts';
import { createAuditWriter, type AuditWriter } from './writer.ts';

/** A database that answers when it is told to. */
function slowDb(): { db: Queryable; statements: Statement[]; answer(error?: Error): void } {
  const statements: Statement[] = [];
  const waiting: { resolve(rows: never[]): void; reject(error: Error): void }[] = [];
  return {
    statements,
    db: {
      query: (statement) => {
        statements.push(statement);
        return new Promise((resolve, reject) => waiting.push({ resolve, reject }));
      },
    },
    answer(error) {
      const next = waiting.shift();
      if (error === undefined) next?.resolve([]);
      else next?.reject(error);
    },
  };
}

const rows = (resourceId: string): AuditRows => [
  {
    recorded: 1000,
    id: '0189d1c4-0000-7000-8000-000000000000',
    kind: 'rest',
    action: 'R',
    outcome: 0,
    status: 200,
    interaction: 'read',
    type: 'Observation',
    resourceId,
    version: 1,
    agent: 'Practitioner/1',
    who: '{}',
    ip: '',
    requestId: '',
    patients: [],
    found: '',
    detail: '',
  },
];

/** Ids of what a statement's events are about. */
const stored = ({ values: [tenant, , , , events] }: Statement): unknown => [
  tenant,
  ...String(events)
    .split('\u001e')
    .map((event) => event.split('\u001f')[8]),
];
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test('what comes while a statement is under way goes together in the next one', async () => {
  const { db, statements, answer } = slowDb();
  const writer = createAuditWriter({ dbOf: () => db, onError: () => undefined });
  const done: string[] = [];
  for (const name of ['a', 'b', 'c']) void writer.store(1, rows(name)).then(() => done.push(name));
  await settled();
  expect(statements.map(stored)).toEqual([[1, 'a']]);
  expect(done).toEqual([]);
  answer();
  await settled();
  expect(statements.map(stored)).toEqual([
    [1, 'a'],
    [1, 'b', 'c'],
  ]);
  expect(done).toEqual(['a']);
  answer();
  await settled();
  expect(done).toEqual(['a', 'b', 'c']);
});

test('tenants do not wait for each other', async () => {
  const { db, statements } = slowDb();
  const writer = createAuditWriter({ dbOf: () => db, onError: () => undefined });
  void writer.store(1, rows('a'));
  void writer.store(2, rows('b'));
  await settled();
  expect(statements.map(stored)).toEqual([
    [1, 'a'],
    [2, 'b'],
  ]);
});

test('in a crowd a batch waits for those that are being answered', async () => {
  const { db, statements } = slowDb();
  const writer = createAuditWriter({ dbOf: () => db, onError: () => undefined, linger: 60_000 });
  const done = ['a', 'b', 'c', 'd'].map(() => writer.expect(1));
  for (const [index, over] of done.entries()) {
    void writer.store(1, rows(String(index)));
    await new Promise((resolve) => setImmediate(resolve));
    expect(statements).toEqual([]);
    over();
    over();
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(statements.map(stored)).toEqual([[1, '0', '1', '2', '3']]);
});

/** Four requests that come, are answered and stored together. */
async function crowd(writer: AuditWriter, answer: () => void): Promise<void> {
  const overs = ['a', 'b', 'c', 'd'].map(() => writer.expect(1));
  const stores = overs.map((over, index) => {
    const stored = writer.store(1, rows(`first ${index}`));
    over();
    return stored;
  });
  await new Promise((resolve) => setImmediate(resolve));
  answer();
  await Promise.all(stores);
}

test('a batch waits for those whose senders were answered just now', async () => {
  const { db, statements, answer } = slowDb();
  const writer = createAuditWriter({ dbOf: () => db, onError: () => undefined, linger: 60_000 });
  await crowd(writer, answer);
  for (const name of ['a', 'b', 'c', 'd']) {
    expect(statements).toHaveLength(1);
    const over = writer.expect(1);
    void writer.store(1, rows(name));
    await new Promise((resolve) => setImmediate(resolve));
    over();
  }
  await new Promise((resolve) => setImmediate(resolve));
  expect(statements.slice(1).map(stored)).toEqual([[1, 'a', 'b', 'c', 'd']]);
});

test('a batch does not wait long for senders that do not come back, nor for those of long ago', async () => {
  const { db, statements, answer } = slowDb();
  const writer = createAuditWriter({ dbOf: () => db, onError: () => undefined, linger: 5 });
  await crowd(writer, answer);
  void writer.store(1, rows('a'));
  await settled();
  expect(statements.slice(1).map(stored)).toEqual([[1, 'a']]);
  answer();
  await settled();
  await crowd(writer, answer);
  await new Promise((resolve) => setTimeout(resolve, 60));
  void writer.store(1, rows('b'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(statements.slice(3).map(stored)).toEqual([[1, 'b']]);
});

test('a batch does not wait for a request that takes long', async () => {
  const { db, statements } = slowDb();
  const writer = createAuditWriter({ dbOf: () => db, onError: () => undefined });
  for (let index = 0; index < 10; index += 1) writer.expect(1);
  void writer.store(1, rows('a'));
  await settled();
  expect(statements.map(stored)).toEqual([[1, 'a']]);
});

test('when a statement fails, all that it would have stored is refused, and the next ones are tried', async () => {
  const { db, answer } = slowDb();
  const errors: unknown[] = [];
  const writer = createAuditWriter({ dbOf: () => db, onError: (error) => errors.push(error) });
  const first = writer.store(1, rows('a'));
  const second = writer.store(1, rows('b'));
  answer(new Error('disk full'));
  await expect(first).rejects.toMatchObject({ status: 503, code: 'audit.unavailable' });
  await settled();
  answer();
  await expect(second).resolves.toBeUndefined();
  expect(errors).toHaveLength(1);
});

test('a database that does not answer fills the queue no further than its bound', async () => {
  const { db } = slowDb();
  const writer = createAuditWriter({ dbOf: () => db, onError: () => undefined });
  for (let index = 0; index <= 10_000; index += 1) void writer.store(1, rows('x'));
  await expect(writer.store(1, rows('one too many'))).rejects.toMatchObject({ status: 503 });
});
