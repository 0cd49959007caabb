import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { unrestricted } from '../../server/access/access.ts';
import { registerClient } from '../../server/auth/oauth/clients/register-client.ts';
import { requestContext } from '../../server/fhir/request-context.ts';
import { NO_TRAIL } from '../../server/fhir/audit-trail.ts';
import type { FhirRequest } from '../../server/fhir/request.ts';
import { inTransaction } from '../../server/fhir/write/in-transaction.ts';
import { testLibrary } from '../bots/bot-server.ts';
import { openClinicServer, type ClinicServer } from '../harness/clinic-server.ts';
import { until } from '../harness/eventually.ts';
import { openReceiver, type Receiver } from '../subscriptions/receiver.ts';
import { ask } from './ask.ts';
import { BACKPORT, parameters, patient, SCOPES, type Answer, type Caller } from './reaction-inputs.ts';

/**
 * What a worker does for somebody beside their requests, and after them, tells them no more than their requests would:
 * subscriptions, works that go on, bots, launches. Patients who are not active are hidden from all of them.
 */
const SERVER = unrestricted(1);

let open: ClinicServer;
let receiver: Receiver;

beforeAll(async () => {
  open = await openClinicServer({ SUBSCRIPTION_PRIVATE_ADDRESSES: 'true' });
  receiver = await openReceiver();
  await defineRole('watcher', 'active=true');
});

afterAll(async () => {
  await receiver.close();
  await open.close();
});

async function defineRole(name: string, criteria: string | undefined, hidden = 'Patient.birthDate'): Promise<void> {
  const definition = {
    name,
    title: name,
    grants: [
      { types: ['Subscription'], interactions: ['create', 'read', 'update', 'search'] },
      {
        types: ['Patient'],
        interactions: ['read', 'search'],
        hidden: [hidden],
        ...(criteria === undefined ? {} : { criteria }),
      },
    ],
    operations: ['export'],
  };
  await server('POST', '$define-role', parameters({ definition: JSON.stringify(definition) }));
}

/** The server itself. */
async function server(
  method: 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object,
): Promise<{ readonly id?: string }> {
  const { status, text } = await ask(open.engine, SERVER, { method, url, ...(body === undefined ? {} : { body }) });
  if (status >= 300) throw new Error(`${url}: ${status} ${text}`);
  return text === '' ? {} : (JSON.parse(text) as { readonly id?: string });
}

/** A program with a key of its own. */
async function keyOf(role: string, scopes = SCOPES): Promise<{ readonly send: Caller; readonly key: string }> {
  const { key } = await open.apiKeys.create({
    tenant: 1,
    name: role,
    roles: [role],
    scopes,
    days: 1,
    createdBy: 'test',
  });
  const send: Caller = async (method, path, body, headers = {}) => {
    const url = path.startsWith('http') ? path : `${open.base}/${path}`;
    const response = await fetch(url, {
      method,
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/fhir+json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  return { send, key };
}

function hook(path: string): object {
  return { type: 'rest-hook', endpoint: receiver.url + path, payload: 'application/fhir+json' };
}

async function subscribe(send: Caller, criteria: string, channel: object): Promise<string> {
  const resource = { resourceType: 'Subscription', status: 'requested', reason: 'test', criteria, channel };
  const { status, text } = await send('POST', 'Subscription', resource);
  expect([status, text]).toEqual([201, expect.anything()]);
  const { id } = JSON.parse(text) as { readonly id: string };
  await until(async () => (await send('GET', `Subscription/${id}`)).text.includes('"status":"active"'));
  return id;
}

const told = (path: string): readonly string[] =>
  receiver.received.filter((one) => one.path === path).map(({ body }) => body);

async function untilTold(path: string, count: number): Promise<readonly string[]> {
  await until(() => told(path).length >= count);
  return told(path);
}

describe('a subscription', () => {
  test('tells neither by notifications nor by numbers of what its owner may not see', async () => {
    const { send } = await keyOf('watcher');
    const id = await subscribe(send, 'Patient?family=Zirconium', hook('/oracle'));
    await server('POST', 'Patient', patient('Zirconium', false));
    await server('POST', 'Patient', patient('Zirconium', true));
    await server('POST', 'Patient', patient('Zirconium', false));
    await server('POST', 'Patient', patient('Zirconium', true));
    const bodies = await untilTold('/oracle', 2);
    await pause(500);
    expect(told('/oracle')).toHaveLength(2);
    for (const body of bodies) {
      expect(body).toContain('"active":true');
      expect(body).not.toContain('1961-05');
    }
    const status = await send('GET', `Subscription/${id}/$status`);
    expect(status.text).toContain('{"name":"events-since-subscription-start","valueString":"2"}');
    const events = await send('GET', `Subscription/${id}/$events?content=full-resource`);
    expect([...events.text.matchAll(/"event-number","valueString":"(\d+)"/g)].map(([, number]) => number)).toEqual([
      '1',
      '2',
    ]);
    expect(events.text).not.toMatch(/1961-05|"active":false/);
  });

  test('does not tell of what is hidden by the time of delivery', async () => {
    const { send } = await keyOf('watcher');
    await subscribe(send, 'Patient?family=Cobalt', hook('/later'));
    receiver.react(({ path }) => (path === '/later' ? 503 : 200));
    const { id = '' } = await server('POST', 'Patient', patient('Cobalt', true));
    await untilTold('/later', 1);
    await server('PUT', `Patient/${id}`, { ...patient('Cobalt', false), id });
    const before = told('/later').length;
    receiver.react(() => 200);
    await server('POST', 'Patient', patient('Cobalt', true));
    await untilTold('/later', before + 1);
    await pause(1500);
    expect(
      told('/later')
        .slice(before)
        .filter((body) => body.includes(id)),
    ).toEqual([]);
  });

  test('is asked about by those alone who may see it, and about hidden elements by nobody', async () => {
    const { send } = await keyOf('watcher');
    const id = await subscribe(send, 'Patient?family=Nickel', hook('/other'));
    const other = await keyOf('watcher', ['system/Patient.rs']);
    for (const name of ['$status', '$events', '$get-ws-binding-token']) {
      expect([name, (await other.send('GET', `Subscription/${id}/${name}`)).status]).toEqual([name, 404]);
    }
    const channel = { type: 'rest-hook', endpoint: receiver.url };
    const resource = { resourceType: 'Subscription', status: 'requested', reason: 'test', channel };
    for (const criteria of ['Patient?birthdate=1961-05-04', 'Observation?subject=Patient/1']) {
      const { status } = await send('POST', 'Subscription', { ...resource, criteria });
      expect([criteria, status]).toEqual([criteria, criteria.startsWith('Patient') ? 403 : expect.any(Number)]);
    }
  });

  test('that waits for its handshake stays with who asked for it, whoever changes it', async () => {
    const { send } = await keyOf('watcher');
    receiver.react(({ path }) => (path === '/waits' ? 503 : 200));
    const resource = {
      resourceType: 'Subscription',
      status: 'requested',
      reason: 'test',
      criteria: 'https://athanor.health/fhir/SubscriptionTopic/patient-changed',
      channel: {
        ...hook('/waits'),
        _payload: { extension: [{ url: `${BACKPORT}backport-payload-content`, valueCode: 'full-resource' }] },
      },
    };
    const { status, text } = await send('POST', 'Subscription', resource);
    expect(status).toBe(201);
    const { id } = JSON.parse(text) as { readonly id: string };
    await untilTold('/waits', 1);
    await server('PUT', `Subscription/${id}`, { ...resource, id, reason: 'changed by somebody else' });
    receiver.react(() => 200);
    await until(async () => (await send('GET', `Subscription/${id}`)).text.includes('"status":"active"'));
    await server('POST', 'Patient', patient('Tin', false));
    await server('POST', 'Patient', patient('Tin', true));
    await until(() => told('/waits').some((body) => body.includes('"active":true')));
    expect(told('/waits').join()).not.toMatch(/1961-05|"active":false/);
  });

  test('of a key that was revoked is told of nothing more', async () => {
    const { send } = await keyOf('watcher');
    const id = await subscribe(send, 'Patient?family=Iron', hook('/revoked'));
    const [last] = await open.apiKeys.list(1);
    await open.apiKeys.revoke(1, last?.id ?? '');
    await server('POST', 'Patient', patient('Iron', true));
    await until(async () => {
      const { text } = await ask(open.engine, SERVER, { method: 'GET', url: `Subscription/${id}` });
      return text.includes('"status":"error"');
    });
    await pause(300);
    expect(told('/revoked')).toEqual([]);
  });
});

test('a websocket is told of what both its owner and whoever bound it may see', async () => {
  await defineRole('nameless', undefined, 'Patient.name');
  const owner = await keyOf('nameless');
  const binder = await keyOf('watcher');
  const channel = {
    type: 'websocket',
    payload: 'application/fhir+json',
    _payload: { extension: [{ url: `${BACKPORT}backport-payload-content`, valueCode: 'full-resource' }] },
  };
  const id = await subscribe(owner.send, 'Patient?gender=other', channel);
  const { text } = await binder.send('GET', `Subscription/${id}/$get-ws-binding-token`);
  const { parameter } = JSON.parse(text) as { parameter: { name: string; valueString?: string; valueUrl?: string }[] };
  const token = parameter.find(({ name }) => name === 'token')?.valueString ?? '';
  const messages: string[] = [];
  const socket = new WebSocket(parameter.find(({ name }) => name === 'websocket-url')?.valueUrl ?? '');
  socket.on('message', (data: Buffer) => messages.push(data.toString('utf8')));
  await new Promise((resolve) => socket.once('open', resolve));
  try {
    socket.send(`bind-with-token: ${token}`);
    await until(() => messages.length >= 1);
    await server('POST', 'Patient', { ...patient('Hidden-from-the-owner'.repeat(20), false), gender: 'other' });
    await server('POST', 'Patient', { ...patient('Hidden-from-the-owner'.repeat(20), true), gender: 'other' });
    await until(() => messages.length >= 2);
    await pause(500);
    expect(messages).toHaveLength(2);
    expect(messages[1]).not.toMatch(/1961-05|"active":false|Hidden-from/);
  } finally {
    socket.close();
  }
});

describe('work that goes on after its request', () => {
  const LATER = { Prefer: 'respond-async' };

  async function finished(send: Caller, url: string): Promise<Answer> {
    await until(async () => (await send('GET', url)).status !== 202);
    return send('GET', url);
  }

  test.each(['Patient?family=Argon', 'Patient/$export?_type=Patient', '$export?_type=Patient'])(
    '%s is for whoever started it, as far as they may see it',
    async (path) => {
      const [shown, hidden] = [patient('Argon', true), patient('Argon', false)];
      await server('POST', 'Patient', shown);
      const { id = '' } = await server('POST', 'Patient', hidden);
      const [own, other] = [await keyOf('watcher'), await keyOf('watcher')];
      const started = await own.send('GET', path, undefined, LATER);
      expect([started.status, started.text]).toEqual([202, '']);
      const url = started.headers.get('content-location') ?? '';
      const done = await finished(own.send, url);
      expect(done.status).toBe(200);
      const files = [...done.text.matchAll(/"url":"([^"]+_bulk[^"]+)"/g)].map(([, file = '']) => file);
      expect(files.length > 0).toBe(path.includes('$export'));
      const contents = await Promise.all(files.map(async (file) => (await own.send('GET', file)).text));
      const text = [done.text, ...contents].join('\n');
      expect(text).toContain('"family":"Argon"');
      expect(text).not.toContain(id);
      expect(text).not.toMatch(/1961-05|"active":false/);
      for (const address of [url, ...files]) {
        expect([address, (await other.send('GET', address)).status]).toEqual([address, 404]);
      }
      expect((await other.send('DELETE', url)).status).toBe(404);
      expect((await own.send('GET', url)).status).toBe(200);
    },
  );

  test('an export is not chosen by what is hidden', async () => {
    const { send } = await keyOf('watcher');
    const filter = encodeURIComponent('Patient?birthdate=1961-05-04');
    for (const path of [
      `$export?_typeFilter=${filter}`,
      `Patient/$export?_typeFilter=${filter}`,
      '$export?_type=Observation',
    ]) {
      expect([path, (await send('GET', path, undefined, LATER)).status]).toEqual([path, 403]);
    }
  });

  test('is done with the rights of its time, not with those of its beginning', async () => {
    await defineRole('reader', undefined);
    const { key } = await keyOf('reader');
    await server('POST', 'Patient', patient('Radon', false));
    await server('POST', 'Patient', patient('Radon', true));
    const { engine } = open;
    const principal = await open.apiKeys.principalOf(key, '127.0.0.1');
    const before = { access: await engine.access(principal), audit: NO_TRAIL };
    const ctx = requestContext(engine, { requestId: 'r', baseUrl: open.base, ...before });
    const headers: FhirRequest['headers'] = { prefer: { respondAsync: true }, accept: ['application/fhir+json'] };
    const request: FhirRequest = { method: 'GET', path: ['Patient'], query: 'family=Radon', headers };
    // It begins when the transaction has ended, and by then less may be seen.
    const url = await inTransaction(engine, ctx, async (inner) => {
      const started = await engine.asyncWorks?.startRequest(inner, request);
      await defineRole('reader', 'active=true');
      return started?.headers['Content-Location'] ?? '';
    });
    const send: Caller = async (method, path) => {
      const response = await fetch(path, { method, headers: { Authorization: `Bearer ${key}` } });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    const { status, text } = await finished(send, url);
    expect(status).toBe(200);
    expect(text).toContain('"active":true');
    expect(text).not.toContain('"active":false');
  });
});

test('a bot sees what its client may see, whoever calls it', async () => {
  const { client } = await registerClient(
    { db: open.engine.db, rules: { isScope: () => true }, now: () => Date.now() },
    {
      name: 'bot',
      auth: 'client_secret_basic',
      redirectUris: [],
      scopes: ['system/Patient.rs'],
      mayRefresh: false,
      tenants: [1],
      roles: ['watcher'],
      corsOrigins: [],
    },
  );
  const { id: hidden = '' } = await server('POST', 'Patient', patient('Krypton', false));
  const { id: shown = '' } = await server('POST', 'Patient', patient('Krypton', true));
  const source = `export default async ({ input }) => {
    const tried = async (work) => { try { return await work(); } catch (error) { return String(error); } };
    return {
      shown: await tried(() => athanor.read('Patient', '${shown}')),
      hidden: await tried(() => athanor.read('Patient', '${hidden}')),
      found: await tried(() => athanor.search('Patient', 'family=Krypton')),
      written: await tried(() => athanor.create({ resourceType: 'Basic', code: { text: 'x' } })),
    };
  }`;
  const bot = testLibrary({ name: 'curious', client: client.id, callers: ['watcher'], source });
  const { id = '' } = await server('POST', 'Library/$deploy-bot', bot);
  const { text } = await ask(open.engine, SERVER, { method: 'POST', url: `Library/${id}/$execute` });
  const [{ valueString = '' } = {}] = (JSON.parse(text) as { parameter: { valueString?: string }[] }).parameter;
  expect(valueString).toContain('"active":true');
  expect(valueString).not.toMatch(/1961-05|"active":false/);
  expect(valueString).toMatch(/"written":"[^"]*(403|may not|forbidden)/i);
  expect((await ask(open.engine, SERVER, { method: 'GET', url: 'Basic' })).text).not.toContain('"code":{"text":"x"}');
});

test('an app is launched with a hidden patient as little as with one that does not exist', async () => {
  const { client } = await registerClient(
    { db: open.engine.db, rules: { isScope: () => true }, now: () => Date.now() },
    {
      name: 'app',
      auth: 'none',
      redirectUris: ['https://app.example/back'],
      launchUrl: 'https://app.example/launch',
      scopes: ['launch'],
      mayRefresh: false,
      tenants: [1],
      roles: [],
      corsOrigins: [],
    },
  );
  const { id: hidden = '' } = await server('POST', 'Patient', patient('Neon', false));
  const { id: shown = '' } = await server('POST', 'Patient', patient('Neon', true));
  const access = await open.engine.access({
    tenant: 1,
    kind: 'user',
    account: 'a',
    fhirUser: 'Practitioner/a',
    roles: ['watcher'],
    purposes: [],
  });
  const launch = async (patientId: string): Promise<readonly [number, string]> => {
    const body = parameters({ client: client.id, patient: patientId });
    const { status, text } = await ask(open.engine, access, { method: 'POST', url: '$smart-launch', body });
    return [status, text.replaceAll(patientId, 'ID')];
  };
  expect((await launch(shown))[0]).toBe(200);
  expect(await launch(hidden)).toEqual(await launch('0193-there-is-none'));
  expect((await launch(hidden))[0]).toBe(404);
});

test('$graphql counts, sorts and finds by nothing that is hidden', async () => {
  const { send } = await keyOf('watcher');
  await server('POST', 'Patient', patient('Xenon', false));
  await server('POST', 'Patient', patient('Xenon', true));
  const answer = async (query: string): Promise<unknown> => {
    const { text } = await send('POST', '$graphql', { query }, { 'Content-Type': 'application/json' });
    return (JSON.parse(text) as { data?: unknown }).data;
  };
  expect(
    await answer('{ PatientConnection(family: "Xenon") { count edges { resource { active birthDate } } } }'),
  ).toEqual({ PatientConnection: { count: 1, edges: [{ resource: { active: true, birthDate: null } }] } });
  for (const filter of ['birthdate: "1961-05-04"', 'birthdate: "1907-01-01"', '_sort: "birthdate"']) {
    expect([filter, await answer(`{ PatientList(${filter}) { id } }`)]).toEqual([filter, { PatientList: null }]);
  }
  expect(await answer('{ PatientList(_filter: "birthdate eq 1961-05-04") { id } }')).toEqual({ PatientList: null });
});
