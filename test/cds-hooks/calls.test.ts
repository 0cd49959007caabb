import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { checkAnswer } from '../../server/cds-hooks/cards.ts';
import { defineCdsService, type CdsCard, type CdsService } from '../../server/sdk/cds-service.ts';
import { ANYBODY, openCdsServer, type CdsTestServer } from './cds-server.ts';

const CARD: CdsCard = { summary: 'x', indicator: 'info', source: { label: 'y' } };

/** What each of these services answers is told by its id. */
const bad: readonly (readonly [string, unknown, string])[] = [
  ['nothing', undefined, 'the answer must be an object'],
  ['no-cards', {}, 'cards must be a list'],
  ['long', { cards: [{ ...CARD, summary: 'x'.repeat(141) }] }, '140'],
  ['colour', { cards: [{ ...CARD, indicator: 'red' }] }, 'info, warning, critical'],
  ['no-source', { cards: [{ ...CARD, source: undefined }] }, 'cards[0].source'],
  [
    'script-link',
    { cards: [{ ...CARD, links: [{ label: 'a', type: 'absolute', url: 'javascript:alert(1)' }] }] },
    'http',
  ],
  [
    'context-link',
    { cards: [{ ...CARD, links: [{ label: 'a', type: 'absolute', url: 'https://a.example', appContext: 'x' }] }] },
    'smart',
  ],
  ['reason', { cards: [{ ...CARD, overrideReasons: [{ code: 'a' }] }] }, 'display'],
  [
    'action',
    { cards: [{ ...CARD, suggestions: [{ label: 'a', actions: [{ type: 'create', description: 'b' }] }] }] },
    'resource',
  ],
  ['deletion', { cards: [], systemActions: [{ type: 'delete' }] }, 'resourceId'],
  ['many', { cards: Array.from({ length: 101 }, () => CARD) }, '100'],
];

const services: CdsService[] = [
  ...bad.map(([id, answer]) =>
    defineCdsService({ id, hook: 'patient-view', title: id, text: id, run: () => Promise.resolve(answer as never) }),
  ),
  defineCdsService({
    id: 'throws',
    hook: 'patient-view',
    title: '',
    text: '',
    run: () => Promise.reject(new Error('secret')),
  }),
  defineCdsService({ id: 'hangs', hook: 'patient-view', title: '', text: '', run: () => new Promise(() => undefined) }),
  ...(
    [
      'patient-view',
      'order-select',
      'order-sign',
      'appointment-book',
      'encounter-start',
      'encounter-discharge',
    ] as const
  ).map((hook) =>
    defineCdsService({
      id: `is-${hook}`,
      hook,
      title: '',
      text: '',
      prefetch: { patient: 'Patient/{{context.patientId}}', drugs: 'MedicationRequest?patient={{context.patientId}}' },
      run: async ({ prefetch }) => ({ cards: [{ ...CARD, summary: JSON.stringify(Object.keys(prefetch)) }] }),
    }),
  ),
];

let server: CdsTestServer;
/** Another FHIR server, which the client brings along. */
let ehrServer: Server;
let ehrBase: string;
const asked: string[] = [];

beforeAll(async () => {
  ehrServer = createServer((request, response) => {
    asked.push(`${request.url ?? ''} ${request.headers.authorization ?? ''}`);
    const isPatient = request.url === '/fhir/Patient/far';
    response.statusCode = isPatient ? 200 : request.url?.startsWith('/fhir/MedicationRequest') === true ? 403 : 404;
    response.end(isPatient ? '{"resourceType":"Patient","id":"far"}' : '');
  });
  await new Promise<void>((resolve) => ehrServer.listen(0, '127.0.0.1', resolve));
  ehrBase = `http://127.0.0.1:${(ehrServer.address() as AddressInfo).port}/fhir`;
  server = await openCdsServer({
    services,
    timeout: 2500,
    identify: () => Promise.resolve({ ...ANYBODY, fhirServers: [ehrBase] }),
  });
});

afterAll(async () => {
  await server.close();
  await new Promise((resolve) => ehrServer.close(resolve));
});

const ORDER = {
  resourceType: 'MedicationRequest',
  id: 'm',
  status: 'draft',
  intent: 'order',
  medicationCodeableConcept: { text: 'x' },
  subject: { reference: 'Patient/p' },
};
const ORDERS = { resourceType: 'Bundle', type: 'collection', entry: [{ resource: ORDER }] };
const VIEW = { userId: 'Practitioner/d', patientId: 'p' };

const call = (hook: string, context: object = VIEW, more: object = {}): object => ({
  hook,
  hookInstance: 'i',
  context,
  ...more,
});

interface Outcome {
  readonly issue: readonly { readonly details: { readonly text: string }; readonly expression?: readonly string[] }[];
}

test.each(bad)('a service that answers badly (%s) fails alone', async (id, answer, message) => {
  expect(() => checkAnswer(answer)).toThrow(message);
  expect((await server.post(`/cds-services/${id}`, call('patient-view'))).status).toBe(500);
});

test('a service that fails or hangs holds up no other', async () => {
  const started = Date.now();
  const [throws, hangs, good] = await Promise.all(
    ['throws', 'hangs', 'is-patient-view'].map((id) => server.post(`/cds-services/${id}`, call('patient-view'))),
  );
  expect([throws?.status, hangs?.status, good?.status]).toEqual([500, 504, 200]);
  expect(JSON.stringify(throws?.body)).not.toContain('secret');
  expect(Date.now() - started).toBeLessThan(10_000);
});

describe('contexts', () => {
  test.each([
    ['patient-view', VIEW],
    ['patient-view', { ...VIEW, userId: 'Patient/p', encounterId: 'e' }],
    ['order-select', { ...VIEW, selections: ['MedicationRequest/m'], draftOrders: ORDERS }],
    ['order-sign', { ...VIEW, draftOrders: ORDERS }],
    ['appointment-book', { ...VIEW, appointments: ORDERS }],
    ['encounter-start', { ...VIEW, encounterId: 'e' }],
    ['encounter-discharge', { ...VIEW, encounterId: 'e' }],
  ])('%s', async (hook, context) => {
    const { status, body } = await server.post(`/cds-services/is-${hook}`, call(hook, context));
    expect([status, body]).toEqual([
      200,
      expect.objectContaining({ cards: [expect.objectContaining({ summary: '["patient","drugs"]' })] }),
    ]);
  });

  test.each([
    ['patient-view', { userId: 'Practitioner/d' }, 'context.patientId'],
    ['patient-view', { ...VIEW, patientId: 'Patient/p' }, 'context.patientId'],
    ['patient-view', { ...VIEW, patientId: 'p&_count=1' }, 'context.patientId'],
    ['patient-view', { ...VIEW, userId: 'd' }, 'context.userId'],
    ['patient-view', { ...VIEW, userId: 'Device/d' }, 'context.userId'],
    ['patient-view', 5, 'context'],
    ['order-sign', { ...VIEW, userId: 'Patient/p', draftOrders: ORDERS }, 'context.userId'],
    ['order-sign', VIEW, 'context.draftOrders'],
    ['order-sign', { ...VIEW, draftOrders: { ...ORDERS, entry: [] } }, 'context.draftOrders'],
    [
      'order-sign',
      { ...VIEW, draftOrders: { ...ORDERS, entry: [{ resource: { ...ORDER, intent: 5 } }] } },
      'context.draftOrders.entry[0].resource.intent',
    ],
    ['order-select', { ...VIEW, draftOrders: ORDERS, selections: ['MedicationRequest/n'] }, 'context.selections[0]'],
    ['order-select', { ...VIEW, draftOrders: ORDERS, selections: [] }, 'context.selections'],
    ['encounter-start', VIEW, 'context.encounterId'],
  ])('%s with %j is refused', async (hook, context, expression) => {
    const { status, body } = await server.post(`/cds-services/is-${hook}`, call(hook, context as object));
    expect(status).toBe(400);
    expect((body as Outcome).issue[0]?.expression).toEqual([expression]);
  });
});

describe('requests', () => {
  const P = { resourceType: 'Patient', id: 'p' };
  const FOUND = { resourceType: 'Bundle', type: 'searchset' };
  test.each([
    ['another hook', { hook: 'order-sign' }, 'hook'],
    ['no instance', { hookInstance: undefined }, 'hookInstance'],
    ['a prefetch that nobody asked for', { prefetch: { other: P } }, 'prefetch.other'],
    ['another patient', { prefetch: { patient: { ...P, id: 'q' } } }, 'prefetch.patient'],
    ['another type', { prefetch: { patient: { ...P, resourceType: 'Group' } } }, 'prefetch.patient'],
    ['a malformed patient', { prefetch: { patient: { ...P, gender: 5 } } }, 'prefetch.patient.gender'],
    ['no Bundle', { prefetch: { drugs: P } }, 'prefetch.drugs'],
    [
      'a part of a Bundle',
      { prefetch: { drugs: { ...FOUND, link: [{ relation: 'next', url: 'http://a' }] } } },
      'prefetch.drugs',
    ],
    ['a text', { prefetch: { patient: 'p' } }, 'prefetch.patient'],
    ['no prefetch', { prefetch: [] }, 'prefetch'],
    ['a token for nowhere', { fhirAuthorization: { access_token: 'abc' } }, 'fhirServer'],
    ['no token', { fhirServer: 'http://a.example', fhirAuthorization: {} }, 'fhirAuthorization.access_token'],
    ['a server that is none', { fhirServer: 'file:///etc/passwd' }, 'fhirServer'],
  ])('%s is refused', async (_what, more, expression) => {
    const { status, body } = await server.post('/cds-services/is-patient-view', call('patient-view', VIEW, more));
    expect(status).toBe(400);
    expect((body as Outcome).issue.map((issue) => issue.expression?.[0])).toContain(expression);
  });

  test.each([['[]'], ['{'], [''], ['{"__proto__":{}}'], ['['.repeat(5000)]])(
    'the body %.20s is refused',
    async (body) => {
      expect((await server.post('/cds-services/is-patient-view', body)).status).toBe(400);
    },
  );

  test('a body that is too large is refused', async () => {
    expect((await server.post('/cds-services/is-patient-view', `"${'x'.repeat(5_000_000)}"`)).status).toBe(413);
  });

  test('an outcome instead of data is data that is missing', async () => {
    const prefetch = {
      patient: { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'exception' }] },
    };
    expect((await server.post('/cds-services/is-patient-view', call('patient-view', VIEW, { prefetch }))).status).toBe(
      200,
    );
  });

  test('missing data are fetched where the client keeps them', async () => {
    const fhirAuthorization = { access_token: 'abc', token_type: 'Bearer', expires_in: 1, scope: '', subject: '' };
    const far = (prefetch: object): object =>
      call('patient-view', { ...VIEW, patientId: 'far' }, { fhirServer: `${ehrBase}/`, fhirAuthorization, prefetch });
    expect((await server.post('/cds-services/is-patient-view', far({ drugs: FOUND }))).status).toBe(200);
    expect(asked).toEqual(['/fhir/Patient/far Bearer abc']);
    const { status, body } = await server.post('/cds-services/is-patient-view', far({}));
    expect(status).toBe(412);
    expect((body as Outcome).issue[0]?.details.text).toContain('answers 403');
    expect(JSON.stringify(body)).not.toContain('abc');
  });
});

describe('feedback', () => {
  const GOOD = { card: 'c', outcome: 'overridden', outcomeTimestamp: '2024-05-01T10:00:00Z' };
  test.each([
    [{}, 'feedback'],
    [{ feedback: [] }, 'feedback'],
    [{ feedback: Array.from({ length: 101 }, () => GOOD) }, 'feedback'],
    [{ feedback: [5] }, 'feedback[0].card'],
    [{ feedback: [{ ...GOOD, card: '' }] }, 'feedback[0].card'],
    [{ feedback: [{ ...GOOD, outcome: 'ignored' }] }, 'feedback[0].outcome'],
    [{ feedback: [{ ...GOOD, outcomeTimestamp: '2024' }] }, 'feedback[0].outcomeTimestamp'],
    [{ feedback: [{ ...GOOD, outcomeTimestamp: '2024-13-01T10:00:00Z' }] }, 'feedback[0].outcomeTimestamp'],
    [{ feedback: [{ ...GOOD, outcome: 'accepted' }] }, 'feedback[0].acceptedSuggestions'],
    [{ feedback: [{ ...GOOD, acceptedSuggestions: [{}] }] }, 'feedback[0].acceptedSuggestions'],
    [{ feedback: [{ ...GOOD, overrideReason: { reason: { display: 'x' } } }] }, 'feedback[0].overrideReason.reason'],
    [
      { feedback: [{ ...GOOD, overrideReason: { userComment: 'x'.repeat(4001) } }] },
      'feedback[0].overrideReason.userComment',
    ],
  ])('%.60j is refused', async (body, expression) => {
    const { status, body: outcome } = await server.post('/cds-services/long/feedback', body);
    expect(status).toBe(400);
    expect((outcome as Outcome).issue[0]?.expression).toEqual([expression]);
  });
});
