import { setTimeout as pause } from 'node:timers/promises';
import { create } from '../../server/fhir/interactions/create.ts';
import { remove } from '../../server/fhir/interactions/delete.ts';
import { update } from '../../server/fhir/interactions/update.ts';
import { serverContext } from '../../server/fhir/request-context.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { createTenant } from '../../server/storage/tenants.ts';
import type { SubscriberEvent } from '../../server/subscriptions/subscriber.ts';
import { TEST_BASE } from '../harness/test-engine.ts';
import { openReceiver } from './receiver.ts';
import { openSubscriptionServer, subscription, type SubscriptionServer } from './subscription-server.ts';
import { until } from '../harness/eventually.ts';

let server: SubscriptionServer;
beforeAll(async () => {
  server = await openSubscriptionServer({ validation: 'structure' });
  await createTenant(server.connectionString, {
    name: 'second',
    title: 'Second',
    organization: null,
    consent: 'opt-out',
  });
});
afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});

const request = (method: FhirRequest['method'], path: readonly string[], body?: JsonObject): FhirRequest => {
  const base = { method, path, query: '', headers: { prefer: {}, accept: [] } };
  return body === undefined ? base : { ...base, body };
};
const ctx = (tenant: number): ReturnType<typeof serverContext> =>
  serverContext(server.engine, tenant, 'test', TEST_BASE);
const patient = (id: string, family: string): JsonObject => ({ resourceType: 'Patient', id, name: [{ family }] });
const put = (tenant: number, id: string, family: string): Promise<unknown> =>
  update(server.engine, ctx(tenant), request('PUT', ['Patient', id], patient(id, family)));

const shown = ({ tenant, interaction, resourceId, version, resource }: SubscriberEvent): string =>
  `${tenant} ${interaction} ${resourceId} ${version}${resource === undefined ? '' : ' with content'}`;

test('code hears of every tenant, of deletions too, in order, and again when it fails', async () => {
  const events: SubscriberEvent[] = [];
  let failures = 2;
  await server.subscriptions.register({
    id: 'bot:all',
    criteria: 'Patient?family=Bot',
    interactions: ['create', 'update', 'delete'],
    deliver(event) {
      events.push(event);
      return event.version === 2 && (failures -= 1) >= 0 ? Promise.reject(new Error('not now')) : Promise.resolve();
    },
  });
  await put(1, 'one', 'Bot');
  await put(1, 'one', 'Botany');
  await put(1, 'one', 'Bots');
  await remove(server.engine, ctx(1), request('DELETE', ['Patient', 'one']));
  await until(() => events.length === 6);
  await put(2, 'two', 'Bot');
  await put(2, 'other', 'Human');
  await until(() => events.length === 7);
  await pause(300);
  expect(events.map(shown)).toEqual([
    '1 create one 1 with content',
    '1 update one 2 with content',
    '1 update one 2 with content',
    '1 update one 2 with content',
    '1 update one 3 with content',
    '1 delete one 4',
    '2 create two 1 with content',
  ]);
  expect(new Set(events.slice(1, 4).map(({ id }) => id)).size).toBe(1);
  await server.subscriptions.remove({ id: 'bot:all' });
});

test('what a bot never managed is a dead letter of the tenant, shown and delivered again', async () => {
  let isBroken = true;
  const done: string[] = [];
  await server.subscriptions.register({
    id: 'bot:broken',
    criteria: 'Patient?family=Broken',
    interactions: ['create'],
    deliver(event) {
      if (isBroken) return Promise.reject(new Error('it is broken'));
      done.push(event.resourceId);
      return Promise.resolve();
    },
  });
  await put(1, 'dead', 'Broken');
  await put(2, 'dead2', 'Broken');
  const letters = async (): Promise<string> =>
    (await server.get('Subscription/$dead-letters?subscriber=bot:broken')).text;
  const dead = async (): Promise<number> => {
    const text = `select count(*) as n from subscription_event where subscriber = 'bot:broken' and state = 2`;
    return (await server.engine.db.query<{ n: number }>({ text, values: [] }))[0]?.n ?? 0;
  };
  for (let turn = 0; turn < 200 && (await dead()) < 2; turn += 1) await pause(50);
  expect(await letters()).toContain('Patient/dead"');
  expect(await letters()).not.toContain('dead2');
  isBroken = false;
  await server.send('POST', 'Subscription/$replay?subscriber=bot:broken');
  await until(() => done.includes('dead'));
  expect(done).not.toContain('dead2');
  await server.subscriptions.remove({ id: 'bot:broken' });
});

test('a bot that is not enabled for a tenant does nothing there', async () => {
  const seen: string[] = [];
  await server.subscriptions.register({
    id: 'bot:some',
    criteria: 'Patient?family=Some',
    interactions: ['create'],
    isEnabled: (tenant) => tenant === 2,
    deliver: (event) => Promise.resolve(void seen.push(event.resourceId)),
  });
  await put(1, 'no', 'Some');
  await put(2, 'yes', 'Some');
  await until(() => seen.length > 0);
  await pause(300);
  expect(seen).toEqual(['yes']);
  await server.subscriptions.remove({ id: 'bot:some' });
});

test('a bot that does not end in time is a failure, and its next event waits', async () => {
  const seen: number[] = [];
  await server.subscriptions.register({
    id: 'bot:slow',
    criteria: 'Patient?family=Slow',
    interactions: ['create', 'update'],
    timeout: 200,
    deliver: ({ version }) => {
      seen.push(version);
      return seen.length < 3 ? new Promise(() => undefined) : Promise.resolve();
    },
  });
  await put(1, 'slow', 'Slow');
  await put(1, 'slow', 'Slower');
  await until(() => seen.length === 4);
  expect(seen).toEqual([1, 1, 1, 2]);
  await server.subscriptions.remove({ id: 'bot:slow' });
});

test('criteria that cannot be decided are refused', async () => {
  const subscriber = { id: 'bot:bad', interactions: ['create'], deliver: () => Promise.resolve() } as const;
  await expect(
    server.subscriptions.register({ ...subscriber, criteria: 'Patient?_has:Observation:patient:code=1' }),
  ).rejects.toThrow('_has');
  await expect(server.subscriptions.register({ ...subscriber, criteria: 'Nothing?x=1' })).rejects.toThrow(
    'resource type',
  );
});

test('a Subscription hears of its own tenant alone', async () => {
  const receiver = await openReceiver();
  const make = (tenant: number): Promise<unknown> =>
    create(
      server.engine,
      ctx(tenant),
      request('POST', ['Subscription'], subscription('Patient?family=Fence', receiver.url) as JsonObject),
    );
  await make(2);
  await pause(1000);
  await put(1, 'f1', 'Fence');
  await put(2, 'f2', 'Fence');
  const [first] = await receiver.until(1);
  await pause(400);
  expect(receiver.received).toHaveLength(1);
  expect(first?.body).toContain('"id":"f2"');
  await receiver.close();
});
