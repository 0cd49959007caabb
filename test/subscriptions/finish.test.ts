import { randomUUID } from 'node:crypto';
import { takeCursor } from '../../server/storage/change-cursor.ts';
import { keepSubscriber } from '../../server/storage/subscribers.ts';
import {
  countEvents,
  finishEvents,
  insertEvents,
  takeEvents,
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

/** Three events each, of resources of their own. */
async function addEvents(): Promise<void> {
  const owner = randomUUID();
  const position = await takeCursor(db(), owner, owner, 0, END);
  if (position === undefined) throw new Error('no cursor');
  const events = NAMES.flatMap((id) =>
    [1, 2, 3].map((version) => ({
      subscriber: { tenant: 1, id },
      id: randomUUID(),
      tenant: 1,
      pid: Math.floor(Math.random() * 1e9),
      type: 1,
      resourceId: 'x',
      version,
      interaction: 'update' as const,
      at: 0,
      isDelivered: true,
    })),
  );
  expect(await insertEvents(db(), events, 0, { name: owner, owner, position, until: END })).toBe(true);
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
