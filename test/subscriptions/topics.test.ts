import { setTimeout as pause } from 'node:timers/promises';
import { openReceiver, type Receiver, type Received } from './receiver.ts';
import { openSubscriptionServer, subscription, type SubscriptionServer } from './subscription-server.ts';

let server: SubscriptionServer;
let receiver: Receiver;
beforeAll(async () => {
  server = await openSubscriptionServer({ referentialIntegrity: false });
});
afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});
beforeEach(async () => {
  receiver = await openReceiver();
});
afterEach(() => receiver.close());

const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';
const START = 'https://athanor.health/fhir/SubscriptionTopic/encounter-start';

interface Parameter {
  readonly name: string;
  readonly valueCode?: string;
  readonly valueString?: string;
  readonly part?: readonly Parameter[];
  readonly valueReference?: { readonly reference: string };
}
interface Notice {
  readonly type: string;
  readonly entry: readonly {
    readonly fullUrl: string;
    readonly resource?: {
      readonly resourceType: string;
      readonly id?: string;
      readonly parameter?: readonly Parameter[];
    };
    readonly request?: { readonly method: string; readonly url: string };
  }[];
}

const noticeOf = ({ body }: Pick<Received, 'body'>): Notice => JSON.parse(body) as Notice;
const parameterOf = (notice: Notice, name: string): Parameter | undefined =>
  notice.entry[0]?.resource?.parameter?.find((parameter) => parameter.name === name);
const typeOf = (notice: Notice): string | undefined => parameterOf(notice, 'type')?.valueCode;

function topicSubscription(topic: string, content: string, filters: readonly string[], channel: object = {}): object {
  return {
    ...subscription(topic, receiver.url, {
      _payload: { extension: [{ url: `${BACKPORT}backport-payload-content`, valueCode: content }] },
      ...channel,
    }),
    ...(filters.length === 0
      ? {}
      : {
          _criteria: {
            extension: filters.map((valueString) => ({ url: `${BACKPORT}backport-filter-criteria`, valueString })),
          },
        }),
  };
}

const encounter = (status: string, patient: string): object => ({
  resourceType: 'Encounter',
  status,
  class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
  subject: { reference: `Patient/${patient}` },
});

test('handshake, then a notification for each event that the trigger and the filters let through', async () => {
  const id = await server.subscribe(topicSubscription(START, 'full-resource', ['Encounter?patient=Patient/t1']));
  const [handshake] = await receiver.until(1);
  expect(typeOf(noticeOf(handshake as Received))).toBe('handshake');
  const { body } = await server.send('POST', 'Encounter', encounter('planned', 't1'));
  await server.send('PUT', `Encounter/${body.id}`, { ...encounter('in-progress', 't1'), id: body.id });
  await server.send('PUT', `Encounter/${body.id}`, {
    ...encounter('in-progress', 't1'),
    id: body.id,
    priority: { text: 'changed, but did not begin' },
  });
  await server.send('POST', 'Encounter', encounter('in-progress', 't2'));
  await server.send('POST', 'Encounter', encounter('in-progress', 't1'));
  await receiver.until(3);
  await pause(300);
  const notices = receiver.received.slice(1).map(noticeOf);
  expect(notices.map(typeOf)).toEqual(['event-notification', 'event-notification']);
  expect(notices.map((notice) => notice.type)).toEqual(['history', 'history']);
  expect(notices.map((notice) => parameterOf(notice, 'events-since-subscription-start')?.valueString)).toEqual([
    '1',
    '2',
  ]);
  const [first] = notices;
  expect(first?.entry[1]).toMatchObject({
    fullUrl: `http://localhost:8080/fhir/R4/Encounter/${body.id}`,
    resource: { resourceType: 'Encounter', id: body.id, status: 'in-progress' },
    request: { method: 'PUT', url: `Encounter/${body.id}` },
  });
  const status = (await server.get(`Subscription/${id}/$status`)).body;
  expect(status).toMatchObject({ type: 'searchset', total: 1 });
  expect(typeOf({ type: '', entry: status.entry as Notice['entry'] })).toBe('query-status');
});

test.each([
  ['empty', 1, undefined],
  ['id-only', 2, undefined],
  ['full-resource', 2, 'Encounter'],
])('content %s', async (content, entries, type) => {
  await server.subscribe(topicSubscription(START, content, [`patient=Patient/${content}`]));
  await server.send('POST', 'Encounter', encounter('in-progress', content));
  const [, notice] = (await receiver.until(2)).map(noticeOf);
  expect(notice?.entry).toHaveLength(entries);
  expect(notice?.entry[1]?.resource?.resourceType).toBe(type);
});

test('$events gives what happened again, by number', async () => {
  const id = await server.subscribe(topicSubscription(START, 'id-only', ['patient=Patient/e']));
  for (let n = 0; n < 4; n += 1) await server.send('POST', 'Encounter', encounter('in-progress', 'e'));
  await receiver.until(5);
  const { body } = await server.get(
    `Subscription/${id}/$events?eventsSinceNumber=2&eventsUntilNumber=3&content=full-resource`,
  );
  const notice = body as unknown as Notice;
  expect(typeOf(notice)).toBe('query-event');
  expect(notice.entry.slice(1).map(({ resource }) => resource?.resourceType)).toEqual(['Encounter', 'Encounter']);
  const numbers = (notice.entry[0]?.resource?.parameter ?? [])
    .filter(({ name }) => name === 'notification-event')
    .map(({ part }) => part?.[0]?.valueString);
  expect(numbers).toEqual(['2', '3']);
  expect((await server.get(`Subscription/${id}/$events?eventsSinceNumber=x`)).status).toBe(400);
});

test('a receiver that does not take the handshake leaves the Subscription in error, with the reason', async () => {
  receiver.react(() => 401);
  const { body } = await server.send('POST', 'Subscription', topicSubscription(START, 'empty', []));
  const until = performance.now() + 40_000;
  let state = body;
  while (state.status !== 'error' && performance.now() < until) {
    await pause(200);
    state = (await server.get(`Subscription/${body.id}`)).body;
  }
  expect(state).toMatchObject({ status: 'error', error: 'The handshake failed: the receiver answered 401.' });
}, 60_000);

test('deletions are events of topics that have them; a heartbeat comes when nothing happens', async () => {
  const topic = 'https://athanor.health/fhir/SubscriptionTopic/patient-changed';
  const { body } = await server.send('POST', 'Patient', { resourceType: 'Patient', active: true });
  await server.subscribe(topicSubscription(topic, 'id-only', [`_id=${body.id}`]));
  await server.send('DELETE', `Patient/${body.id}`);
  const [, notice] = (await receiver.until(2)).map(noticeOf);
  expect(notice?.entry[1]?.request).toEqual({ method: 'DELETE', url: `Patient/${body.id}` });
});

test('heartbeats', async () => {
  await server.subscribe(
    topicSubscription(START, 'empty', ['patient=Patient/none'], {
      extension: [{ url: `${BACKPORT}backport-heartbeat-period`, valueUnsignedInt: 10 }],
    }),
  );
  const [, beat] = (await receiver.until(2, 20_000)).map(noticeOf);
  expect(beat === undefined ? undefined : typeOf(beat)).toBe('heartbeat');
}, 40_000);

test('a topic of the organisation, defined as a Basic', async () => {
  const R5 = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.';
  const url = 'https://clinic.example/topics/blood-pressure';
  const { status, text } = await server.send('POST', 'Basic', {
    resourceType: 'Basic',
    code: { coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }] },
    extension: [
      { url: `${R5}url`, valueUri: url },
      { url: `${R5}status`, valueCode: 'active' },
      {
        url: `${R5}resourceTrigger`,
        extension: [
          { url: 'resource', valueUri: 'http://hl7.org/fhir/StructureDefinition/Observation' },
          { url: 'supportedInteraction', valueCode: 'create' },
          { url: 'queryCriteria', extension: [{ url: 'current', valueString: 'code=http://loinc.org|85354-9' }] },
        ],
      },
      { url: `${R5}canFilterBy`, extension: [{ url: 'filterParameter', valueString: 'patient' }] },
    ],
  });
  expect([status, text]).toEqual([201, expect.any(String)]);
  await server.subscribe(topicSubscription(url, 'id-only', ['patient=Patient/bp']));
  const observation = (code: string): object => ({
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code }] },
    subject: { reference: 'Patient/bp' },
  });
  await server.send('POST', 'Observation', observation('8867-4'));
  await server.send('POST', 'Observation', observation('85354-9'));
  await receiver.until(2);
  await pause(300);
  expect(receiver.received).toHaveLength(2);
  const refused = await server.send('POST', 'Subscription', topicSubscription(url, 'empty', ['status=final']));
  expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('patient')]);
});
