import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { JsonObject } from '../../server/kernel/json.ts';
import { agree, authorizeUrl, exchange, launchApp, refresh, returned } from './oauth-steps.ts';
import { openOAuthServer, type Answer, type OAuthServer } from './oauth-server.ts';

const AT_ONCE = 20;
/** Shown with 100; the everyday run looks at a tenth. */
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 10);

let server: OAuthServer;
let client: string;
beforeAll(async () => {
  server = await openOAuthServer();
  ({ id: client } = (await server.client()).client);
});
afterAll(async () => {
  await server.close();
  expect(server.errors).toEqual([]);
});

/** What becomes of each round of parallel uses: how many were answered with a token that works. */
async function winners(use: () => Promise<() => Promise<Answer>>): Promise<number[]> {
  const won: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const attempt = await use();
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, attempt));
    for (const { status } of answers) expect([200, 400, 401]).toContain(status);
    const tokens = answers.filter(({ status }) => status === 200).map(({ body }) => String(body.access_token));
    const checked = await Promise.all(tokens.map((token) => server.whoAmI(token)));
    won.push(checked.filter(({ status }) => status === 200).length);
  }
  return won;
}

const ONE_EACH = Array.from({ length: ROUNDS }, () => 1);

test(
  'of 20 parallel uses of a code one wins',
  async () => {
    const browser = server.browserOf('physician');
    const won = await winners(async () => {
      const { code = '' } = returned(await agree(browser, await browser.open(authorizeUrl(server, client))));
      return () => exchange(server, client, code);
    });
    expect(won).toEqual(ONE_EACH);
  },
  ROUNDS * 3000 + 30_000,
);

test(
  'of 20 parallel uses of a refresh token one wins, and the winner’s tokens live on',
  async () => {
    let { body } = await launchApp(server, client);
    for (let round = 0; round < ROUNDS; round += 1) {
      const token = body.refresh_token;
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => refresh(server, client, token)));
      const won = answers.filter(({ status }) => status === 200);
      expect(won).toHaveLength(1);
      body = won[0]?.body ?? {};
    }
    expect((await server.whoAmI(String(body.access_token))).status).toBe(200);
  },
  ROUNDS * 3000 + 30_000,
);

test(
  'of 20 parallel uses of a client assertion one wins',
  async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const key = { ...(publicKey.export({ format: 'jwk' }) as JsonObject), kid: 'k' };
    const { id } = (
      await server.client({
        auth: 'private_key_jwt',
        redirectUris: [],
        scopes: ['system/Patient.rs'],
        tenants: [1],
        mayRefresh: false,
        jwks: { keys: [key] },
      })
    ).client;
    const won = await winners(async () => {
      const jwt = await new SignJWT({ iss: id, sub: id, aud: `${server.issuer}/token`, jti: randomUUID() })
        .setProtectedHeader({ alg: 'ES384', kid: 'k' })
        .setExpirationTime('1m')
        .sign(privateKey);
      return () =>
        server.token({
          grant_type: 'client_credentials',
          scope: 'system/Patient.rs',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion: jwt,
        });
    });
    expect(won).toEqual(ONE_EACH);
  },
  ROUNDS * 3000 + 30_000,
);
