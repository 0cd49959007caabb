import { openFhirServer, type FhirServer } from '../flows/fhir-server.ts';
import { feedState } from '../../server/storage/change-cursor.ts';
import { positionBefore, readChanges, type Change, type ChangePosition } from '../../server/storage/changes.ts';
import type { Tx } from '../../server/storage/db.ts';

let server: FhirServer;
beforeAll(async () => {
  server = await openFhirServer({ validation: 'structure' });
});
afterAll(() => server.close());

const db = (): FhirServer['engine']['db'] => server.engine.db;
const types = (): number[] => ['Patient', 'Observation'].map((type) => server.engine.definitions.typeId(type));

/** The number of a transaction, as versions are numbered. */
async function numberOf(tx: Pick<Tx, 'query'>): Promise<number> {
  const [row] = await tx.query<{ number: number }>({
    text:
      `select pg_current_xact_id()::text::bigint + ` +
      `coalesce((select value::bigint from setting where name = 'feed_tx_base'), 0) as number`,
    values: [],
  });
  return row?.number ?? NaN;
}

/**
 * Waits for transactions of other tests' databases on the same cluster, which hold the feed up.
 * @param last the transaction that has to be there; all until now when absent
 */
async function settled(last?: number): Promise<void> {
  const number = last ?? (await numberOf(db()));
  for (const end = Date.now() + 60_000; Date.now() < end;) {
    if ((await feedState(db(), 0)).bound > number) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('a transaction elsewhere holds the feed up');
}

async function start(): Promise<ChangePosition> {
  await settled();
  return positionBefore((await feedState(db(), 0)).bound);
}

/** Everything behind a position, by pages of a size. */
async function readAll(from: ChangePosition, limit: number): Promise<{ changes: Change[]; end: ChangePosition }> {
  const { bound } = await feedState(db(), 0);
  const changes: Change[] = [];
  for (let position = from; ;) {
    const page = await readChanges(db(), position, bound, types(), limit);
    changes.push(...page.changes);
    position = page.end;
    if (page.isLast) return { changes, end: position };
  }
}

const shown = (changes: readonly Change[]): string[] =>
  changes.map(({ interaction, id, version }) => `${interaction} ${id} ${version}`);

const put = (id: string, more: object = {}): Promise<unknown> =>
  server.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id, ...more });

/** Runs work in a transaction of its own that ends when it is told to. */
function openTransaction(): { run(work: (tx: Tx) => Promise<unknown>): Promise<void>; commit(): Promise<void> } {
  let go: ((work: ((tx: Tx) => Promise<unknown>) | undefined) => void) | undefined;
  let done: (() => void) | undefined;
  const next = (): Promise<((tx: Tx) => Promise<unknown>) | undefined> => new Promise((resolve) => (go = resolve));
  const first = next();
  const ended = db().transaction(async (tx) => {
    for (let work = await first; work !== undefined;) {
      await work(tx);
      const following = next();
      done?.();
      work = await following;
    }
  });
  return {
    async run(work) {
      const finished = new Promise<void>((resolve) => (done = resolve));
      go?.(work);
      await finished;
    },
    async commit() {
      go?.(undefined);
      await ended;
    },
  };
}

test('what is passed over is left out, that version of it alone', async () => {
  const from = await start();
  for (const id of ['p', 'q', 'r']) await put(id);
  await put('q', { active: true });
  await settled();
  const { bound } = await feedState(db(), 0);
  const all = (await readChanges(db(), from, bound, types(), 100)).changes;
  const passed = all.filter(({ id, version }) => (id === 'p' || id === 'q') && version === 1);
  const { changes, isLast } = await readChanges(db(), from, bound, types(), 100, passed);
  expect([shown(changes), isLast]).toEqual([['create q 1', 'create r 1', 'update q 2'], true]);
});

/** A change of a stored row as a statement of the server makes it. */
const touch =
  (id: string) =>
  (tx: Tx): Promise<unknown> =>
    tx.query({
      text:
        `with old as (select * from resource where id = $1 and pid > 0 for update), kept as (insert into history ` +
        `(pid, ref, updated, version, tenant, type, method, id, tx, body) select pid, ref, updated, version, tenant, type, method, id, tx, body from old) ` +
        `update resource r set version = r.version + 1, updated = r.updated + 1, method = 1, tx = default from old where r.pid = old.pid`,
      values: [id],
    });

test('every version once, with what was done, whatever the size of the pages', async () => {
  const from = await start();
  await put('a');
  await put('a', { active: true });
  await server.send('DELETE', 'Patient/a');
  await put('a', { active: false });
  await server.send('PATCH', 'Patient/a', JSON.stringify([{ op: 'replace', path: '/active', value: true }]), {
    'Content-Type': 'application/json-patch+json',
  });
  await server.send('POST', '', {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: ['b', 'c'].map((id) => ({
      resource: { resourceType: 'Patient', id, contained: [{ resourceType: 'Organization', id: 'o', name: 'x' }] },
      request: { method: 'PUT', url: `Patient/${id}` },
    })),
  });
  const expected = ['create a 1', 'update a 2', 'delete a 3', 'create a 4', 'update a 5', 'create b 1', 'create c 1'];
  await settled();
  for (const limit of [1, 2, 3, 100]) expect(shown((await readAll(from, limit)).changes)).toEqual(expected);
});

test('transactions that commit out of order leave no gap', async () => {
  await put('x');
  await put('y');
  const from = await start();
  const [early, late] = [openTransaction(), openTransaction()];
  await early.run(touch('x'));
  await late.run(touch('y'));
  await late.commit();
  const first = await readAll(from, 10);
  expect(first.changes).toEqual([]);
  await early.commit();
  await settled();
  const second = await readAll(first.end, 10);
  expect(shown(second.changes)).toEqual(['update x 2', 'update y 2']);
  expect((await readAll(second.end, 10)).changes).toEqual([]);
});

test.each([1, 2, 10])(
  'a later version of an earlier transaction comes behind those before it: pages of %d',
  async (limit) => {
    const [id, other] = [`v${limit}`, `w${limit}`];
    await put(id);
    await put(other);
    const from = await start();
    const early = openTransaction();
    await early.run(touch(other));
    await put(id, { active: true });
    await put(id, { active: false });
    await early.run(touch(id));
    await early.commit();
    await settled();
    const { changes } = await readAll(from, limit);
    const versions = changes.filter((change) => change.id === id).map(({ version }) => version);
    const firsts = versions.filter((version, place) => versions.indexOf(version) === place);
    expect(firsts).toEqual([2, 3, 4]);
  },
);

test('a version before it that stands behind the bound is taken along', async () => {
  await put('p');
  const from = await start();
  const [early, between] = [openTransaction(), openTransaction()];
  let first = NaN;
  await early.run(async (tx) => (first = await numberOf(tx)));
  await between.run(numberOf);
  await put('p', { active: true });
  await early.run(touch('p'));
  await early.commit();
  await settled(first);
  const { changes } = await readAll(from, 10);
  expect(shown(changes)).toEqual(['update p 2', 'update p 3']);
  await between.commit();
});

test('in another cluster, where transactions are numbered from the start again, the feed goes on', async () => {
  await put('r');
  // What a restored database has: versions of transactions that are still to come here.
  await db().query({ text: `update resource set tx = tx + 1000000 where pid > 0 and tx > 0`, values: [] });
  await db().query({ text: 'select feed_rebase()', values: [] });
  const from = await start();
  await put('r', { active: true });
  await settled();
  expect(shown((await readAll(from, 10)).changes)).toEqual(['update r 2']);
});
