import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { openSubscriptionServer, subscription, type SubscriptionServer } from './subscription-server.ts';

let server: SubscriptionServer;
let other: SubscriptionServer;
const open: WebSocket[] = [];
beforeAll(async () => {
  server = await openSubscriptionServer({ referentialIntegrity: false });
  other = await openSubscriptionServer({ referentialIntegrity: false }, server.connectionString);
});
afterAll(async () => {
  for (const socket of open) socket.terminate();
  await other.close();
  await server.close();
  expect([...server.errors, ...other.errors]).toEqual([]);
});

interface Client {
  readonly socket: WebSocket;
  readonly messages: string[];
  until(count: number): Promise<readonly string[]>;
  /** Code and reason of its end. */
  readonly ended: Promise<readonly [number, string]>;
}

async function connect(to: SubscriptionServer, headers: Readonly<Record<string, string>> = {}): Promise<Client> {
  const socket = new WebSocket(`${to.base.replace(/^http/, 'ws').replace('/fhir/R4', '')}/ws/subscriptions`, {
    headers,
  });
  open.push(socket);
  const messages: string[] = [];
  socket.on('message', (data: Buffer) => messages.push(data.toString('utf8')));
  const ended = new Promise<readonly [number, string]>((resolve) =>
    socket.on('close', (code, reason) => resolve([code, reason.toString('utf8')])),
  );
  await once(socket, 'open');
  return {
    socket,
    messages,
    ended,
    async until(count) {
      const end = performance.now() + 60_000;
      while (messages.length < count) {
        if (performance.now() > end) throw new Error(`${messages.length} of ${count} messages came`);
        await pause(20);
      }
      return messages;
    },
  };
}

const PATIENT_CHANGED = 'https://athanor.health/fhir/SubscriptionTopic/patient-changed';
const socketSubscription = (criteria: string): object => {
  const { channel: _channel, ...rest } = subscription(criteria, '') as { channel: object };
  return { ...rest, channel: { type: 'websocket', payload: 'application/fhir+json' } };
};

async function tokenOf(id: string, to = server): Promise<string> {
  const { body } = await to.get(`Subscription/${id}/$get-ws-binding-token`);
  const parameters = body.parameter as unknown as { name: string; valueString?: string }[];
  return parameters.find(({ name }) => name === 'token')?.valueString ?? '';
}

test.each([
  ['the same process', () => server],
  ['another process', () => other],
])('bound by a token, a client of %s is told of each event', async (_where, which) => {
  const id = await server.subscribe(socketSubscription(PATIENT_CHANGED));
  const client = await connect(which());
  client.socket.send(`bind-with-token: ${await tokenOf(id)}`);
  expect((await client.until(1))[0]).toContain('"valueCode":"handshake"');
  const { body } = await server.send('POST', 'Patient', { resourceType: 'Patient', active: true });
  await server.send('PUT', `Patient/${body.id}`, { resourceType: 'Patient', id: body.id, active: false });
  const [, first, second] = await client.until(3);
  expect(first).toContain('"valueCode":"event-notification"');
  expect(first).toContain('"name":"event-number","valueString":"1"');
  expect(second).toContain('"name":"event-number","valueString":"2"');
  await server.send('DELETE', `Subscription/${id}`);
  expect(await client.ended).toEqual([1000, `Subscription/${id} ended`]);
});

test('a token binds once', async () => {
  const id = await server.subscribe(socketSubscription(PATIENT_CHANGED));
  const token = await tokenOf(id);
  const first = await connect(server);
  first.socket.send(`bind-with-token: ${token}`);
  await first.until(1);
  const second = await connect(server);
  second.socket.send(`bind-with-token: ${token}`);
  expect(await second.ended).toEqual([1008, expect.stringContaining('was used')]);
});

test('the R4 form: bind, bound, ping', async () => {
  const id = await server.subscribe(socketSubscription('Patient?family=Ping'));
  const client = await connect(server);
  client.socket.send(`bind ${id}`);
  expect(await client.until(1)).toEqual([`bound ${id}`]);
  await server.send('POST', 'Patient', { resourceType: 'Patient', name: [{ family: 'Pong' }] });
  await server.send('POST', 'Patient', { resourceType: 'Patient', name: [{ family: 'Ping' }] });
  expect((await client.until(2))[1]).toBe(`ping ${id}`);
});

test.each([
  ['hello', /send "bind-with-token/],
  ['bind nothing-there', /does not exist/],
  [`bind-with-token: ${'x'.repeat(40)}`, /unknown/],
])('%s ends the connection with a reason', async (message, reason) => {
  const client = await connect(server);
  client.socket.send(message);
  const [code, text] = await client.ended;
  expect([code, text]).toEqual([1008, expect.stringMatching(reason)]);
});

test('pages of other sites and other paths are turned away', async () => {
  await expect(connect(server, { Origin: 'https://evil.example' })).rejects.toThrow('403');
  const socket = new WebSocket(`${server.base.replace(/^http/, 'ws')}/ws/other`);
  const [error] = (await once(socket, 'error')) as [Error];
  expect(error.message).toContain('404');
});

test('a huge message ends the connection', async () => {
  const client = await connect(server);
  client.socket.send('x'.repeat(100_000));
  expect((await client.ended)[0]).toBe(1009);
});
