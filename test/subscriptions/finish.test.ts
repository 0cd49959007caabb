import { randomUUID } from 'node:crypto';
import { takeCursor } from '../../server/storage/change-cursor.ts';
import { keepSubscriber } from '../../server/storage/subscribers.ts';
import {
  countEvents,
  finishEvents,
  insertEvents,
  returnEvent,
  takeEvents,
  type NewEvent,
  type StoredEvent,
} from '../../server/storage/subscription-events.ts';
import { createFinisher } from '../../server/subscriptions/finisher.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';

const NAMES = ['a', 'b'] as const;
const END = 9_000_000_000_000;

let opened: TestEngine;
const db = (): TestEngine['engine']['db'] => opened.engine.db;

beforeAll(async () => {
  opened = await openTestEngine();
  for (const id of NAMES) await keepSubscriber(db(), { tenant: 1, id }, '{"triggers":[]}');
});
afterAll(() => opened.close());

type Wanted = Pick<NewEvent, 'pid' | 'version'> & Partial<NewEvent>;

/** @returns those that were taken at once, by `subscriber pid version` */
async function add(lease: string, wanted: readonly (Wanted & { readonly name: string })[]): Promise<string[]> {
  const owner = randomUUID();
  const position = await takeCursor(db(), owner, owner, 0, END);
  if (position === undefined) throw new Error('no cursor');
  const events = wanted.map(({ name, ...event }) => ({
    subscriber: { tenant: 1, id: name },
    id: randomUUID(),
    tenant: 1,
    type: 1,
    resourceId: 'x',
    interaction: 'update' as const,
    at: 0,
    isDelivered: true,
    ...event,
  }));
  const taken = await insertEvents(db(), events, 0, { name: owner, owner, position, until: END }, lease);
  if (taken === undefined) throw new Error('the reading was lost');
  return events.flatMap(({ id, subscriber, pid, version }) =>
    taken.has(id) ? `${subscriber.id} ${pid} ${version}` : [],
  );
}

/** Three events each, of resources of their own. */
async function addEvents(): Promise<void> {
  const events = NAMES.flatMap((name) =>
    [1, 2, 3].map((version) => ({ name, pid: Math.floor(Math.random() * 1e9), version })),
  );
  expect(await add(randomUUID(), events)).toEqual([]);
}

async function take(count: number, lease: string): Promise<readonly StoredEvent[]> {
  const rooms = NAMES.map((id) => ({ tenant: 1, id, count, until: END }));
  return takeEvents(db(), rooms, 100, 10, lease);
}

async function dropAll(): Promise<void> {
  await db().query({ text: 'delete from subscription_event', values: [] });
}

beforeEach(addEvents);
afterEach(dropAll);

const of = (events: readonly StoredEvent[], name: string): readonly StoredEvent[] =>
  events.filter(({ subscriber }) => subscriber === name);

test('several events end together, each in its way; a lease that was lost ends nothing', async () => {
  const lease = randomUUID();
  const events = await take(2, lease);
  const [a1, a2] = of(events, 'a');
  const [b1, b2] = of(events, 'b');
  if (a1 === undefined || a2 === undefined || b1 === undefined || b2 === undefined) throw new Error('not taken');
  const more = await finishEvents(
    db(),
    [
      { event: a1, lease, state: 'delivered' },
      { event: a2, lease, state: 'dead', error: 'x\0'.repeat(1000) },
      { event: b1, lease: randomUUID(), state: 'delivered' },
      { event: b2, lease, state: 'dropped' },
    ],
    20,
  );
  expect(more.map(({ id }) => id).sort()).toEqual(['a', 'b']);
  expect(await countEvents(db(), { tenant: 1, id: 'a' })).toEqual({ waiting: 1, delivered: 1, dead: 1, dropped: 0 });
  expect(await countEvents(db(), { tenant: 1, id: 'b' })).toEqual({ waiting: 2, delivered: 0, dead: 0, dropped: 1 });
});

test.each([1, 3])('whether there is more, of %i', async (count) => {
  const lease = randomUUID();
  const finish = async (events: readonly StoredEvent[]): Promise<readonly string[]> => {
    const ended = events.map((event) => ({ event, lease, state: 'delivered' as const }));
    return (await finishEvents(db(), ended, 20)).map(({ id }) => id);
  };
  const events = of(await take(count, lease), 'a');
  expect(events).toHaveLength(count);
  expect(await finish(events)).toEqual(count === 3 ? [] : ['a']);
});

test.each([
  ['all that are under way end', 3, [3]],
  ['others are still under way', 10, [3]],
  ['nobody else is under way', 1, [1, 1, 1]],
])('deliveries share a statement when %s', async (_, underWay, expected) => {
  const sizes: number[] = [];
  const counting: TestEngine['engine']['db'] = {
    ...db(),
    query(statement) {
      const [, , , , , , , errors] = statement.values;
      sizes.push(Array.isArray(errors) ? errors.length : 1);
      return db().query(statement);
    },
  };
  const finisher = createFinisher({
    db: counting,
    underWay: () => underWay,
    onMore: () => undefined,
    now: () => 20,
  });
  const lease = randomUUID();
  const events = of(await take(3, lease), 'a');
  await Promise.all(events.map((event) => finisher.finish({ event, lease, state: 'delivered' })));
  expect(sizes).toEqual(expected);
  expect(await countEvents(db(), { tenant: 1, id: 'a' })).toMatchObject({ waiting: 0, delivered: 3 });
});

describe('events that whoever adds them takes', () => {
  beforeEach(dropAll);
  const takenUntil = 5000;

  async function stored(): Promise<readonly string[]> {
    const rows = await db().query<{ shown: string }>({
      text:
        `select concat_ws(' ', subscriber, pid, version, 'number', number, case when lease is null then 'free' else 'taken' end, ` +
        `'due', due, 'attempts', attempts) as shown from subscription_event order by subscriber, pid, version`,
      values: [],
    });
    return rows.map(({ shown }) => shown.replace(/number [0-9]+/, 'number'));
  }

  test('of one resource the first, of those that it has room for', async () => {
    const taken = await add(randomUUID(), [
      { name: 'a', pid: 1, version: 1, takenUntil },
      { name: 'a', pid: 1, version: 2, takenUntil },
      { name: 'b', pid: 1, version: 1 },
      { name: 'b', pid: 2, version: 1, takenUntil },
      { name: 'b', pid: 3, version: 1, isDelivered: false },
    ]);
    expect(taken).toEqual(['a 1 1', 'b 2 1']);
    expect(await stored()).toEqual([
      'a 1 1 number taken due 5000 attempts 1',
      'a 1 2 number free due 0 attempts 0',
      'b 1 1 number free due 0 attempts 0',
      'b 2 1 number taken due 5000 attempts 1',
      'b 3 1 number free due 0 attempts 0',
    ]);
    // Until its lease ends nobody else gets it, nor what comes behind it.
    expect((await take(10, randomUUID())).map(({ subscriber, pid }) => `${subscriber} ${pid}`)).toEqual(['b 1']);
    const later = await takeEvents(db(), [{ tenant: 1, id: 'a', count: 9, until: END }], 9, 5001, randomUUID());
    expect(later.map(({ version, attempts }) => [version, attempts])).toEqual([[1, 2]]);
  });

  test.each([
    ['waits', 'waiting', []],
    ['was delivered', 'delivered', ['a 1 2']],
    ['was given up', 'dead', ['a 1 2']],
  ] as const)('not while the one before it of its resource %s', async (_, state, expected) => {
    await add(randomUUID(), [{ name: 'a', pid: 1, version: 1 }]);
    const lease = randomUUID();
    for (const event of await take(1, lease)) {
      if (state !== 'waiting') await finishEvents(db(), [{ event, lease, state }], 20);
    }
    expect(await add(randomUUID(), [{ name: 'a', pid: 1, version: 2, takenUntil }])).toEqual(expected);
  });

  test('what was told already is neither added nor taken again', async () => {
    const events = [1, 2].map((version) => ({ name: 'a', pid: 1, version, takenUntil }));
    expect(await add(randomUUID(), events.slice(0, 1))).toEqual(['a 1 1']);
    expect(await add(randomUUID(), events)).toEqual([]);
    expect(await countEvents(db(), { tenant: 1, id: 'a' })).toMatchObject({ waiting: 2 });
  });

  test('one is given back alone, whatever else has its number under the lease', async () => {
    await db().query({ text: 'update subscriber set last_number = 0', values: [] });
    const lease = randomUUID();
    await add(
      lease,
      NAMES.map((name) => ({ name, pid: 1, version: 1, takenUntil })),
    );
    await returnEvent(db(), { tenant: 1, subscriber: 'a', number: 1 }, lease, 7);
    expect(await stored()).toEqual(['a 1 1 number free due 7 attempts 0', 'b 1 1 number taken due 5000 attempts 1']);
  });
});
