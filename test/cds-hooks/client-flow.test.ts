import type { CdsClient } from '../../server/cds-hooks/caller.ts';
import { dropUsedTokens } from '../../server/cds-hooks/used-tokens.ts';
import { route } from '../../server/fhir/router.ts';
import { defineCdsService } from '../../server/sdk/cds-service.ts';
import { openCdsServer, TEST_BASE, type CdsTestServer } from './cds-server.ts';
import { createEhr } from './ehr.ts';

const ehr = createEhr('https://ehr.example/');
const stranger = createEhr('https://ehr.example/');
const OVERRIDE = {
  system: 'https://athanor.example/reasons',
  code: 'benefit',
  display: 'The benefit outweighs the risk',
};

/** Warns of allergies, as the data that it gets tell. */
const allergies = defineCdsService({
  id: 'allergies',
  hook: 'patient-view',
  title: 'Allergies',
  text: 'Shows how many allergies are on file.',
  prefetch: {
    patient: 'Patient/{{context.patientId}}',
    allergies: 'AllergyIntolerance?patient={{context.patientId}}',
    visit: 'Encounter/{{context.encounterId}}',
  },
  run: async ({ prefetch, context }, clinic) => {
    const { allergies: found } = prefetch;
    const count = found?.resourceType === 'Bundle' ? (found.entry ?? []).length : 0;
    const patient = await clinic.read('Patient', String(context.patientId));
    return {
      cards: [
        {
          summary: `${count} allergies, visit ${prefetch.visit === null ? 'unknown' : 'known'}, read ${patient?.id ?? 'nothing'}`,
          indicator: 'warning',
          source: { label: 'Athanor' },
          suggestions: [
            {
              label: 'Note it',
              actions: [
                {
                  type: 'create',
                  description: 'A flag',
                  resource: {
                    resourceType: 'Flag',
                    status: 'active',
                    code: { text: 'allergic' },
                    subject: { reference: 'Patient/p' },
                  },
                },
              ],
            },
          ],
          overrideReasons: [OVERRIDE],
          links: [{ label: 'More', url: 'https://athanor.example/more', type: 'absolute' }],
        },
      ],
    };
  },
});

const READ_ALL = ['system/*.rs'];
const client: CdsClient = {
  issuer: ehr.issuer,
  tenant: 1,
  scopes: READ_ALL,
  fhirServers: [],
  keys: { jwks: [ehr.publicKey] },
};
const poor: CdsClient = { ...client, issuer: 'https://poor.example/', organization: 'x', scopes: [] };

let server: CdsTestServer;

beforeAll(async () => {
  server = await openCdsServer({
    services: [allergies],
    clients: [client, poor],
    tokens: {
      'user-token': {
        tenant: 1,
        kind: 'user',
        account: 'a',
        fhirUser: 'Practitioner/d',
        roles: ['physician'],
        purposes: [],
      },
      'patient-token': {
        tenant: 1,
        kind: 'user',
        account: 'b',
        fhirUser: 'Patient/other',
        roles: ['patient'],
        purposes: [],
      },
      'foreign-token': {
        tenant: 2,
        kind: 'user',
        account: 'c',
        fhirUser: 'Practitioner/d',
        roles: ['physician'],
        purposes: [],
      },
    },
  });
  for (const resource of [
    { resourceType: 'Patient', id: 'p' },
    { resourceType: 'AllergyIntolerance', id: 'a', patient: { reference: 'Patient/p' } },
    { resourceType: 'AllergyIntolerance', id: 'b', patient: { reference: 'Patient/p' } },
  ]) {
    const request = {
      method: 'PUT',
      path: [resource.resourceType, resource.id],
      query: '',
      headers: { prefer: {}, accept: [] },
      body: resource,
    } as const;
    await route(server.engine, server.ctx(), request);
  }
});

afterAll(() => server.close());

const SERVICE = '/cds-services/allergies';
const call = (more: object = {}): object => ({
  hook: 'patient-view',
  hookInstance: 'd1577c69-dfbe-44ad-ba6d-3e05e953b2ea',
  context: { userId: 'Practitioner/d', patientId: 'p' },
  ...more,
});
const bearer = (path = SERVICE, claims: object = {}, header: object = {}): Record<string, string> => ({
  Authorization: `Bearer ${ehr.token(server.origin + path, { ...claims }, { ...header })}`,
});

interface Cards {
  readonly cards: readonly {
    readonly uuid: string;
    readonly summary: string;
    readonly selectionBehavior: string;
    readonly suggestions: readonly { readonly uuid: string }[];
  }[];
}

test('discovery, a signed call, a card, feedback', async () => {
  const discovery = await fetch(`${server.origin}/cds-services`);
  expect(discovery.status).toBe(200);
  expect(await discovery.json()).toEqual({
    services: [
      {
        hook: 'patient-view',
        id: 'allergies',
        title: 'Allergies',
        description: allergies.text,
        prefetch: allergies.prefetch,
      },
    ],
  });
  const { status, body, headers } = await server.post(SERVICE, call(), bearer());
  expect(status).toBe(200);
  expect(headers.get('cache-control')).toBe('no-store');
  const [card] = (body as Cards).cards;
  expect(card).toMatchObject({
    summary: '2 allergies, visit unknown, read p',
    selectionBehavior: 'at-most-one',
    overrideReasons: [OVERRIDE],
  });
  expect(card?.suggestions[0]?.uuid).toMatch(/^[\da-f-]{36}$/);
  expect(server.noted).toContainEqual(expect.objectContaining({ interaction: '$cds-hooks', patients: ['Patient/p'] }));

  const feedback = `${SERVICE}/feedback`;
  const overridden = {
    feedback: [
      {
        card: card?.uuid,
        outcome: 'overridden',
        outcomeTimestamp: '2024-05-01T10:00:00Z',
        overrideReason: { reason: OVERRIDE, userComment: 'known' },
      },
      {
        card: card?.uuid,
        outcome: 'accepted',
        outcomeTimestamp: '2024-05-01T10:00:01Z',
        acceptedSuggestions: [{ id: card?.suggestions[0]?.uuid }],
      },
    ],
  };
  expect((await server.post(feedback, overridden, bearer(feedback))).status).toBe(200);
  expect((await server.post(feedback, overridden, bearer(feedback))).status).toBe(200);
  const request = {
    method: 'GET',
    path: ['$cds-feedback'],
    query: 'service=allergies',
    headers: { prefer: {}, accept: [] },
  } as const;
  const listed = JSON.parse((await route(server.engine, server.ctx(), request)).text ?? '') as {
    parameter: { name: string; part: object[] }[];
  };
  expect(listed.parameter.map(({ name }) => name)).toEqual(['summary', 'feedback', 'feedback']);
  expect(listed.parameter[0]?.part).toContainEqual({ name: 'overridden', valueInteger: 1 });
  expect(listed.parameter[2]?.part).toEqual([
    { name: 'service', valueString: 'allergies' },
    { name: 'card', valueString: card?.uuid },
    { name: 'outcome', valueCode: 'overridden' },
    { name: 'at', valueInstant: '2024-05-01T10:00:00.000Z' },
    { name: 'reason', valueCoding: OVERRIDE },
    { name: 'comment', valueString: 'known' },
    { name: 'client', valueString: ehr.issuer },
  ]);
});

describe('tokens', () => {
  const seconds = Math.floor(Date.now() / 1000);
  test.each<[string, () => string]>([
    ['none', () => ''],
    ['no JWT', () => 'Bearer abc'],
    ['another audience', () => bearer('/cds-services/other').Authorization ?? ''],
    ['the audience of feedback', () => bearer(`${SERVICE}/feedback`).Authorization ?? ''],
    ['expired', () => bearer(SERVICE, { exp: seconds - 60 }).Authorization ?? ''],
    ['good for a day', () => bearer(SERVICE, { exp: seconds + 86_400 }).Authorization ?? ''],
    ['without exp', () => bearer(SERVICE, { exp: undefined }).Authorization ?? ''],
    ['without jti', () => bearer(SERVICE, { jti: undefined }).Authorization ?? ''],
    ['a jti that is no text', () => bearer(SERVICE, { jti: 5 }).Authorization ?? ''],
    ['issued in the future', () => bearer(SERVICE, { nbf: seconds + 600 }).Authorization ?? ''],
    ['an unknown issuer', () => bearer(SERVICE, { iss: 'https://other.example/' }).Authorization ?? ''],
    ['no issuer', () => bearer(SERVICE, { iss: undefined }).Authorization ?? ''],
    [
      'an organization that is not registered',
      () => bearer(SERVICE, { iss: poor.issuer, tenant: 'y' }).Authorization ?? '',
    ],
    ['the keys of a stranger', () => `Bearer ${stranger.token(server.origin + SERVICE)}`],
    ['keys at a place of its own', () => bearer(SERVICE, {}, { jku: 'https://evil.example/jwks' }).Authorization ?? ''],
    ['another algorithm', () => bearer(SERVICE, {}, { alg: 'HS256' }).Authorization ?? ''],
    ['no algorithm', () => (bearer(SERVICE, {}, { alg: 'none' }).Authorization ?? '').replace(/[^.]+$/, '')],
  ])('%s is refused', async (_what, token) => {
    const { status, headers } = await server.post(SERVICE, call(), { Authorization: token() });
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toContain('Bearer');
  });

  test('each is good once, also at once', async () => {
    const headers = bearer();
    const answers = await Promise.all(Array.from({ length: 5 }, () => server.post(SERVICE, call(), headers)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401, 401]);
    await dropUsedTokens(server.engine.db, Date.now());
    expect((await server.post(SERVICE, call(), headers)).status).toBe(401);
  });
});

describe('whose rights', () => {
  const withToken = (access_token: string, fhirServer = TEST_BASE): object =>
    call({
      fhirServer,
      fhirAuthorization: { access_token, token_type: 'Bearer', expires_in: 300, scope: 'user/*.rs', subject: 'cds' },
    });

  test('the user’s, by their access token', async () => {
    const { body } = await server.post(SERVICE, withToken('user-token'), bearer());
    expect((body as Cards).cards[0]?.summary).toBe('2 allergies, visit unknown, read p');
  });

  test('a user who may not see the patient sees nothing of them', async () => {
    const { body } = await server.post(SERVICE, withToken('patient-token'), bearer());
    expect((body as Cards).cards[0]?.summary).toBe('0 allergies, visit unknown, read nothing');
  });

  test('a token of another organisation is refused', async () => {
    expect((await server.post(SERVICE, withToken('foreign-token'), bearer())).status).toBe(403);
  });

  test('a token that is none is refused', async () => {
    expect((await server.post(SERVICE, withToken('nonsense'), bearer())).status).toBe(401);
  });

  test('of a client without scopes: it must send the data itself', async () => {
    const token = (): Record<string, string> => {
      const text = ehr.token(server.origin + SERVICE, { iss: 'https://poor.example/', tenant: 'x' });
      return { Authorization: `Bearer ${text}` };
    };
    const refused = await server.post(SERVICE, call(), token());
    expect(refused.status).toBe(412);
    const prefetch = { patient: { resourceType: 'Patient', id: 'p' }, allergies: null };
    const { status, body } = await server.post(SERVICE, call({ prefetch }), token());
    expect(status).toBe(200);
    expect((body as Cards).cards[0]?.summary).toBe('0 allergies, visit unknown, read nothing');
  });

  test('a server that is not registered is never asked', async () => {
    const { status } = await server.post(SERVICE, withToken('secret', 'https://evil.example/fhir'), bearer());
    expect(status).toBe(200);
  });
});

test('scripts of registered origins may call, others not', async () => {
  const preflight = (path: string, origin: string): Promise<Response> =>
    fetch(server.origin + path, {
      method: 'OPTIONS',
      headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
    });
  const good = await preflight(SERVICE, 'https://ehr.example');
  expect(good.headers.get('access-control-allow-origin')).toBe('https://ehr.example');
  expect(good.headers.get('access-control-allow-headers')).toContain('Authorization');
  expect((await preflight(SERVICE, 'https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  expect((await preflight('/cds-services', 'https://evil.example')).headers.get('access-control-allow-origin')).toBe(
    'https://evil.example',
  );
  const answer = await server.post(SERVICE, call(), { ...bearer(), Origin: 'https://ehr.example' });
  expect(answer.headers.get('access-control-allow-origin')).toBe('https://ehr.example');
});

test('where the module is disabled there is no service', async () => {
  server.disabled.add(1);
  expect((await server.post(SERVICE, call(), bearer())).status).toBe(404);
  server.disabled.clear();
  expect((await server.post('/cds-services/none', call(), bearer('/cds-services/none'))).status).toBe(404);
});
