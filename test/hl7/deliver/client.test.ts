import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createFhirClient } from '../../../hl7-gateway/client/fhir-client.ts';
import { isDown, openHttpCaller, Unreachable } from '../../../hl7-gateway/client/http-call.ts';
import { openSignIn, SignInRefused, type BackendIdentity } from '../../../hl7-gateway/client/sign-in.ts';
import { registerClient } from '../../../server/auth/oauth/clients/register-client.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { openClinicServer, type ClinicServer } from '../../harness/clinic-server.ts';
import { freePort } from '../../harness/free-port.ts';

const http = openHttpCaller({ timeout: 60_000, answerBytes: 1_000_000, connections: 4 });
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
let clinic: ClinicServer;
let identity: BackendIdentity;
beforeAll(async () => {
  clinic = await openClinicServer({ LIMIT_CLIENT: '0' });
  const jwk = { ...(publicKey.export({ format: 'jwk' }) as JsonObject), kid: 'k', alg: 'ES384', use: 'sig' };
  const { client } = await registerClient(
    { db: clinic.engine.db, rules: { isScope: () => true }, now: () => Date.now() },
    {
      name: 'gateway',
      auth: 'private_key_jwt',
      jwks: { keys: [jwk] },
      redirectUris: [],
      scopes: ['system/*.cruds'],
      mayRefresh: false,
      tenants: [1],
      roles: ['system'],
      corsOrigins: [],
    },
  );
  identity = { client: client.id, key: privateKey, keyId: 'k', scope: 'system/*.cruds' };
});
afterAll(async () => {
  http.close();
  await clinic.close();
});

const now = (): number => Date.now();
const SEARCH = { method: 'GET', path: 'Patient?_count=1' } as const;

test('a system signs in by its key, once for all calls, and again when its token is over', async () => {
  const signIn = openSignIn(clinic.base, identity, http, now);
  const client = createFhirClient(clinic.base, http, signIn);
  const answers = await Promise.all([client.send(SEARCH), client.send(SEARCH)]);
  expect(answers.map(({ status }) => status)).toEqual([200, 200]);
  const token = await signIn.token();
  expect(await signIn.token()).toBe(token);
  const later = openSignIn(clinic.base, identity, http, now);
  const first = await later.token();
  later.forget(first);
  expect(await later.token()).not.toBe(first);
});

test('a token that the server refuses is renewed within the call', async () => {
  let given = 0;
  const signIn = openSignIn(clinic.base, identity, http, now);
  const client = createFhirClient(clinic.base, http, {
    token: () => ((given += 1) === 1 ? Promise.resolve('stale') : signIn.token()),
    forget: (token) => signIn.forget(token),
  });
  expect((await client.send(SEARCH)).status).toBe(200);
  expect(given).toBe(2);
});

test('an identity that the server does not know is refused, and its key is in no text', async () => {
  const stranger = { ...identity, client: 'stranger' };
  const refused: unknown = await openSignIn(clinic.base, stranger, http, now)
    .token()
    .catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(SignInRefused);
  expect(String(refused)).toBe('SignInRefused: no token: invalid_client');
});

test('nobody there is unreachable, and nobody’s message is at fault', async () => {
  const client = createFhirClient(`http://127.0.0.1:${await freePort()}/fhir/R4`, http);
  const error: unknown = await client.send(SEARCH).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Unreachable);
  expect(isDown(error as Unreachable)).toBe(true);
});

describe('a server that answers', () => {
  let server: Server;
  let base: string;
  let answer: { status: number; text: string; cut?: boolean };
  let asked = 0;
  beforeAll(async () => {
    server = createServer((request, response) => {
      asked += 1;
      request.resume();
      response.writeHead(answer.status, { 'content-length': String(Buffer.byteLength(answer.text)) });
      if (answer.cut === true) response.write(answer.text.slice(0, 1), () => response.destroy());
      else response.end(answer.text);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    base = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}/fhir`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    ['503', { status: 503, text: '' }, true, 3],
    ['429', { status: 429, text: '' }, true, 3],
    ['500', { status: 500, text: '{}' }, false, 3],
    ['half an answer', { status: 200, text: '{"a":1}', cut: true }, true, 3],
    ['no JSON', { status: 200, text: '{"a":' }, true, 3],
    ['too much', { status: 200, text: ' '.repeat(1_000_001) }, true, 3],
  ])('with %s is asked again what may be asked again, and once what may not', async (_what, given, down, times) => {
    answer = given;
    const client = createFhirClient(base, http);
    for (const [call, most] of [
      [SEARCH, times],
      [{ method: 'POST', path: '', body: {} } as const, 1],
    ] as const) {
      asked = 0;
      const error: unknown = await client.send(call).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Unreachable);
      expect([isDown(error as Unreachable), asked]).toEqual([down, most]);
    }
  });

  test('with a refusal is not asked again, and numbers keep their digits', async () => {
    answer = { status: 422, text: '{"resourceType":"OperationOutcome","value":1.00}' };
    asked = 0;
    const { status, body } = await createFhirClient(base, http).send(SEARCH);
    expect([status, asked]).toEqual([422, 1]);
    expect(body).toHaveProperty('value', 1);
  });
});
