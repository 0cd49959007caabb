import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { openReceiver, type Receiver } from './receiver.ts';
import { openSubscriptionServer, subscription, type SubscriptionServer } from './subscription-server.ts';

let server: SubscriptionServer;
let receiver: Receiver;
beforeAll(async () => {
  server = await openSubscriptionServer({ timeout: 1000 });
});
afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(() => receiver.close());

const patient = (family: string): object => ({ resourceType: 'Patient', name: [{ family }] });

interface Seen {
  readonly id: string;
  readonly meta: { readonly versionId: string };
  readonly name: readonly { readonly family: string }[];
}

const seen = (bodies: readonly { readonly body: string }[]): string[] =>
  bodies.map(({ body }) => {
    const resource = JSON.parse(body) as Seen;
    return `${resource.name[0]?.family} ${resource.meta.versionId}`;
  });

test('a subscriber is told of creations and updates that match, in their order, and of nothing else', async () => {
  const id = await server.subscribe(subscription('Patient?family=Adam', `${receiver.url}/hook`));
  const { body } = await server.send('POST', 'Patient', patient('Adam'));
  await server.send('POST', 'Patient', patient('Berta'));
  await server.send('PUT', `Patient/${body.id}`, { ...patient('Adamson'), id: body.id });
  await server.send('PUT', `Patient/${body.id}`, { ...patient('Caesar'), id: body.id });
  await server.send('PUT', `Patient/${body.id}`, { ...patient('Adam'), id: body.id });
  await server.send('DELETE', `Patient/${body.id}`);
  await receiver.until(3);
  await pause(300);
  expect(seen(receiver.received)).toEqual(['Adam 1', 'Adamson 2', 'Adam 4']);
  expect(receiver.received.map(({ path }) => path)).toEqual(['/hook', '/hook', '/hook']);
  await server.send('DELETE', `Subscription/${id}`);
  await server.send('POST', 'Patient', patient('Adam'));
  await pause(400);
  expect(receiver.received).toHaveLength(3);
});

test('requests are signed by the secret, carry headers that were asked for, and the number of the event when they come again', async () => {
  const id = await server.subscribe(
    subscription('Patient?family=Dora', receiver.url, { header: ['Authorization: Bearer 123', 'X-Ward: 7'] }),
  );
  const { body } = await server.send('POST', `Subscription/${id}/$subscription-secret`);
  const secret = (body.parameter?.[0] as unknown as { valueString: string }).valueString;
  await pause(500);
  let failures = 2;
  receiver.react(() => ((failures -= 1) >= 0 ? 503 : 204));
  await server.send('POST', 'Patient', patient('Dora'));
  const received = await receiver.until(3);
  for (const { headers, body: text } of received) {
    const signed = `${String(headers['x-athanor-event'])}.${String(headers['x-athanor-timestamp'])}.${text}`;
    const expected = createHmac('sha256', Buffer.from(secret, 'base64')).update(signed).digest('hex');
    expect(headers).toMatchObject({
      authorization: 'Bearer 123',
      'x-ward': '7',
      'content-type': 'application/fhir+json',
      'x-athanor-subscription': `Subscription/${id}`,
      'x-athanor-signature': `sha256=${expected}`,
    });
  }
  expect(new Set(received.map(({ headers }) => headers['x-athanor-event'])).size).toBe(1);
});

test('without a payload the body is empty', async () => {
  const { channel, ...rest } = subscription('Patient?family=Emil', receiver.url) as { channel: object };
  await server.subscribe({ ...rest, channel: { ...channel, payload: undefined } });
  await server.send('POST', 'Patient', patient('Emil'));
  const [first] = await receiver.until(1);
  expect(first?.body).toBe('');
});

test('an event waits for the one before it of the same resource; other resources go on', async () => {
  await server.subscribe(subscription('Patient?family=Fritz', receiver.url));
  const { body } = await server.send('POST', 'Patient', patient('Fritz'));
  await receiver.until(1);
  let refusals = 3;
  receiver.react(({ body: text }) => (text.includes(`"${body.id}"`) && (refusals -= 1) >= 0 ? 500 : 200));
  await server.send('PUT', `Patient/${body.id}`, { ...patient('Fritz'), id: body.id, active: true });
  await server.send('PUT', `Patient/${body.id}`, { ...patient('Fritz'), id: body.id, active: false });
  const { body: other } = await server.send('POST', 'Patient', patient('Fritz'));
  const received = await receiver.until(7);
  const versions = received.map(({ body: text }) => JSON.parse(text) as Seen);
  expect(versions.filter(({ id }) => id === body.id).map(({ meta }) => meta.versionId)).toEqual([
    '1',
    '2',
    '2',
    '2',
    '2',
    '3',
  ]);
  expect(versions.filter(({ id }) => id === other.id)).toHaveLength(1);
});

test('what fails for good is a dead letter, which is shown and can be delivered again', async () => {
  const id = await server.subscribe(subscription('Patient?family=Gustav', receiver.url));
  receiver.react(() => 500);
  const { body: created } = await server.send('POST', 'Patient', patient('Gustav'));
  const failed = await server.untilStatus(id, 'error');
  expect(failed.error).toMatch(/the receiver answered 500/);
  const { text } = await server.get(`Subscription/${id}/$dead-letters`);
  expect(text).toContain(`"reference":"Patient/${created.id}"`);
  expect(text).toContain('"name":"dead","valueInteger":1');
  receiver.react(() => 200);
  const before = receiver.received.length;
  expect((await server.send('POST', `Subscription/${id}/$replay`)).text).toContain('"valueInteger":1');
  const { error: _error, ...again } = failed;
  await server.send('PUT', `Subscription/${id}`, { ...again, status: 'requested' });
  await server.untilStatus(id, 'active');
  await receiver.until(before + 1);
  await pause(200);
  expect((await server.get(`Subscription/${id}/$dead-letters`)).text).toContain('"name":"delivered","valueInteger":1');
});

test('a receiver that hangs holds up nobody else', async () => {
  const hanging = await openReceiver();
  hanging.react(() => 'hang');
  await server.subscribe(subscription('Patient?family=Heinrich', hanging.url));
  await server.subscribe(subscription('Patient?family=Heinrich', receiver.url));
  const started = performance.now();
  for (let n = 0; n < 20; n += 1) await server.send('POST', 'Patient', patient('Heinrich'));
  await receiver.until(20);
  expect(performance.now() - started).toBeLessThan(8000);
  expect(hanging.received.length).toBeGreaterThan(0);
  await hanging.close();
});
