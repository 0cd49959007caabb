import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Principal } from '../../server/access/principal.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { openSubscriptionServer, subscription, type SubscriptionServer } from './subscription-server.ts';

const LABELS = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
/** Roles by account, as they are now. */
const roles = new Map<string, readonly string[]>([['admin', ['administrator']]]);

function principalOf(account: string): Principal {
  return {
    tenant: 1,
    kind: 'user',
    account,
    fhirUser: `Practitioner/${account}`,
    roles: roles.get(account) ?? [],
    purposes: [],
  };
}

let server: SubscriptionServer;
let receiver: Receiver;
beforeAll(async () => {
  server = await openSubscriptionServer({
    validation: 'structure',
    retries: new Array<number>(30).fill(100),
    authenticate: ({ headers }: IncomingMessage) => {
      const account = String(headers['x-account'] ?? '');
      return account === '' ? { tenant: 1, kind: 'server', roles: [], purposes: [] } : principalOf(account);
    },
    principalNow: (principal) => {
      const { account } = principal;
      if (account === undefined) return Promise.resolve(principal);
      return Promise.resolve(roles.has(account) ? principalOf(account) : 'the account is disabled');
    },
  });
  const role = {
    name: 'watcher',
    title: 'Watches',
    purpose: 'HOPERAT',
    grants: [
      { types: ['Subscription'], interactions: ['create', 'read', 'update', 'search'] },
      { types: ['Patient'], interactions: ['read', 'search'], hidden: ['Patient.birthDate'] },
    ],
  };
  const answer = await server.send('POST', '$define-role', {
    resourceType: 'Parameters',
    parameter: [{ name: 'definition', valueString: JSON.stringify(role) }],
  });
  if (answer.status !== 200) throw new Error(answer.text);
});
afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(() => receiver.close());

const patient = (family: string, more: object = {}): object => ({
  resourceType: 'Patient',
  name: [{ family }],
  ...more,
});

async function subscribeAs(account: string, criteria: string): Promise<string> {
  roles.set(account, ['watcher']);
  const { status, body, text } = await server.send('POST', 'Subscription', subscription(criteria, receiver.url), {
    'X-Account': account,
  });
  if (status !== 201 || body.id === undefined) throw new Error(text);
  await server.untilStatus(body.id, 'active');
  return body.id;
}

test('what is hidden from the owner is not sent, and cannot be asked about', async () => {
  await subscribeAs('anna', 'Patient?family=Hidden');
  await server.send('POST', 'Patient', patient('Hidden', { birthDate: '1980-01-01', gender: 'male' }));
  const [first] = await receiver.until(1);
  expect(first?.body).toContain('"gender":"male"');
  expect(first?.body).not.toContain('1980-01-01');
  const refused = await server.send('POST', 'Subscription', subscription('Patient?birthdate=1980', receiver.url), {
    'X-Account': 'anna',
  });
  expect(refused.status).toBe(403);
});

test('what may not be seen by the time of delivery is dropped, whatever held before', async () => {
  const id = await subscribeAs('berta', 'Patient?family=Secret');
  let isRefusing = true;
  receiver.react(() => (isRefusing ? 503 : 200));
  const { body } = await server.send('POST', 'Patient', patient('Secret'));
  await receiver.until(1);
  await server.send('PUT', `Patient/${body.id}`, {
    ...patient('Secret'),
    id: body.id,
    meta: { security: [{ system: LABELS, code: 'V' }] },
  });
  await pause(150);
  const before = receiver.received.length;
  isRefusing = false;
  await server.send('POST', 'Patient', patient('Secret', { active: true }));
  const after = await receiver.until(before + 1);
  await pause(500);
  expect(after.slice(before).map(({ body: text }) => text.includes('"active":true'))).toEqual([true]);
  expect((await server.get(`Subscription/${id}/$dead-letters`)).text).toContain('"name":"dropped","valueInteger":1');
});

test('with the owner disabled it is in error, and goes on when somebody else requests it', async () => {
  const id = await subscribeAs('clara', 'Patient?family=Gone');
  roles.delete('clara');
  await server.send('POST', 'Patient', patient('Gone'));
  const failed = await server.untilStatus(id, 'error');
  expect(failed.error).toBe('the account is disabled.');
  expect(receiver.received).toHaveLength(0);
  const { error: _error, ...again } = failed;
  roles.set('dora', ['watcher']);
  await server.send('PUT', `Subscription/${id}`, { ...again, status: 'requested' }, { 'X-Account': 'dora' });
  await server.untilStatus(id, 'active');
  const [late] = await receiver.until(1);
  expect(late?.body).toContain('"family":"Gone"');
});

test('an owner without the right any more hears nothing', async () => {
  await subscribeAs('emma', 'Patient?family=Lost');
  roles.set('emma', ['biller-of-nothing']);
  await server.send('POST', 'Patient', patient('Lost'));
  await pause(700);
  expect(receiver.received).toHaveLength(0);
});

test('$events, dead letters and secret are for those who may', async () => {
  const id = await subscribeAs('frida', 'Patient?family=Ops');
  const as = (account: string): Record<string, string> => ({ 'X-Account': account });
  roles.set('nobody', []);
  expect((await server.get(`Subscription/${id}/$events`, as('nobody'))).status).toBe(403);
  expect((await server.get(`Subscription/${id}/$dead-letters`, as('frida'))).status).toBe(403);
  expect((await server.send('POST', `Subscription/${id}/$replay`, undefined, as('frida'))).status).toBe(403);
  expect((await server.get(`Subscription/${id}/$status`, as('frida'))).status).toBe(200);
  expect((await server.send('POST', `Subscription/${id}/$subscription-secret`, undefined, as('frida'))).status).toBe(
    200,
  );
});
