import { randomUUID } from 'node:crypto';
import { takeCursor } from '../../server/storage/change-cursor.ts';
import type { KeptVersion } from '../../server/storage/changes.ts';
import { countEvents, insertEvents, type StoredEvent } from '../../server/storage/subscription-events.ts';
import { keepSubscriber } from '../../server/storage/subscribers.ts';
import { createDeliverer, type Deliverer, type Taking } from '../../server/subscriptions/deliverer.ts';
import type { Target } from '../../server/subscriptions/target.ts';
import { until } from '../harness/eventually.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';

const KEY = { tenant: 1, id: 'a' };
const NOW = 1000;
const TIMEOUT = 2000;

let opened: TestEngine;
const db = (): TestEngine['engine']['db'] => opened.engine.db;

beforeAll(async () => {
  opened = await openTestEngine();
  await keepSubscriber(db(), KEY, '{"triggers":[]}');
});
afterAll(() => opened.close());
afterEach(() => db().query({ text: 'delete from subscription_event', values: [] }));

const version = (pid: number): KeptVersion => ({
  tenant: 1,
  pid,
  version: 1,
  type: 1,
  id: 'x',
  updated: 0,
  body: `}} of ${pid}`,
});

/** Adds an event of a resource of its own under a taking. */
async function add(taking: Taking, pid: number, takenUntil: number | undefined): Promise<StoredEvent | undefined> {
  const owner = randomUUID();
  const position = await takeCursor(db(), owner, owner, 0, NOW);
  if (position === undefined) throw new Error('no cursor');
  const event = { id: randomUUID(), tenant: 1, pid, type: 1, resourceId: 'x', version: 1, at: 0 } as const;
  const fresh = { ...event, subscriber: KEY, interaction: 'create', isDelivered: true, takenUntil } as const;
  const move = { name: owner, owner, position, until: NOW };
  const number = (await insertEvents(db(), [fresh], NOW, move, taking.lease))?.get(event.id);
  if (number === undefined) return undefined;
  return { ...event, interaction: 'create', home: KEY.tenant, subscriber: KEY.id, number, attempts: 1 };
}

interface Opened {
  readonly deliverer: Deliverer;
  /** Names of its statements. */
  readonly statements: string[];
  readonly told: string[];
  /** Lets all deliveries end. */
  finish(): void;
}

function openDeliverer(concurrency: number, fails = false): Opened {
  const statements: string[] = [];
  const told: string[] = [];
  const ends: (() => void)[] = [];
  const target: Target = {
    key: KEY,
    timeout: TIMEOUT,
    concurrency,
    async deliver(event, known) {
      told.push(`${event.pid} ${known?.body ?? 'is read'}`);
      await new Promise<void>((resolve) => ends.push(resolve));
      if (fails) throw new Error('not now');
      return 'delivered';
    },
    gaveUp: () => Promise.resolve(),
  };
  const targets = [target];
  const deliverer = createDeliverer({
    db: {
      ...db(),
      query(statement) {
        statements.push(statement.name ?? '');
        return db().query(statement);
      },
    },
    targets: () => targets,
    retries: [10, 10],
    now: () => NOW,
    onRoom: () => undefined,
    onHopeless: () => Promise.resolve(),
    onError(error) {
      throw error;
    },
  });
  return { deliverer, statements, told, finish: () => ends.splice(0).forEach((end) => end()) };
}

test('what is taken as it is added is delivered by one statement, with what was written', async () => {
  const { deliverer, statements, told, finish } = openDeliverer(4);
  const taking = deliverer.openTaking();
  const event = await add(taking, 1, taking.reserve(KEY));
  if (event === undefined) throw new Error('it was not taken');
  taking.begin([{ event, version: version(1) }]);
  expect(told).toEqual(['1 }} of 1']);
  finish();
  await until(async () => (await countEvents(db(), KEY)).delivered === 1);
  expect(statements).toEqual(['finish_subscription_event']);
});

test('there is room as far as deliveries under way and reserved leave it', async () => {
  const { deliverer, told, finish } = openDeliverer(3);
  const first = deliverer.openTaking();
  const event = await add(first, 1, first.reserve(KEY));
  if (event === undefined) throw new Error('it was not taken');
  expect(deliverer.openTaking().reserve({ tenant: 1, id: 'unknown' })).toBeUndefined();
  first.begin([{ event, version: version(1) }]);
  const second = deliverer.openTaking();
  expect([1, 2, 3].map(() => second.reserve(KEY))).toEqual([NOW + TIMEOUT + 5000, NOW + TIMEOUT + 5000, undefined]);
  // None of them was added.
  second.begin([]);
  const third = deliverer.openTaking();
  expect(third.reserve(KEY)).toBeDefined();
  third.begin([]);
  finish();
  await deliverer.close();
  expect(deliverer.openTaking().reserve(KEY)).toBeUndefined();
  expect(told).toHaveLength(1);
});

test('one that fails comes again, and is read then', async () => {
  const { deliverer, told, finish } = openDeliverer(4, true);
  const taking = deliverer.openTaking();
  const event = await add(taking, 1, taking.reserve(KEY));
  if (event === undefined) throw new Error('it was not taken');
  taking.begin([{ event, version: version(1) }]);
  finish();
  const due = async (): Promise<boolean> => {
    const text = 'select lease is null and due > $1 as due from subscription_event';
    return (await db().query<{ due: boolean }>({ text, values: [NOW] }))[0]?.due === true;
  };
  await until(due);
  await db().query({ text: 'update subscription_event set due = 0', values: [] });
  await deliverer.run(true);
  expect(told).toEqual(['1 }} of 1', '1 is read']);
  finish();
  await deliverer.close();
});
