import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { unrestricted } from '../../server/access/access.ts';
import { registerClient } from '../../server/auth/oauth/clients/register-client.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { ask } from '../access/ask.ts';
import { openClinicServer, type ClinicServer } from '../harness/clinic-server.ts';
import type { Manifest } from './bulk-server.ts';

/**
 * The bulk data group of ONC's (g)(10): a system proves itself by its key, and exports a Group.
 * https://hl7.org/fhir/uv/bulkdata/STU2/authorization.html
 */
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ASYNC = { Prefer: 'respond-async', Accept: 'application/fhir+json' };

let clinic: ClinicServer;
beforeAll(async () => {
  clinic = await openClinicServer({ LIMIT_CLIENT: '0' });
  for (const id of ['in', 'out']) {
    await put({ resourceType: 'Patient', id, name: [{ family: id }] });
    const subject = { reference: `Patient/${id}` };
    await put({ resourceType: 'Observation', id: `of-${id}`, status: 'final', code: { text: 'x' }, subject });
  }
  const member = [{ entity: { reference: 'Patient/in' } }];
  await put({ resourceType: 'Group', id: 'g', type: 'person', actual: true, member });
});
afterAll(() => clinic.close());

async function put(body: {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}): Promise<void> {
  const { status, text } = await ask(clinic.engine, unrestricted(1), {
    method: 'PUT',
    url: `${body.resourceType}/${body.id}`,
    body,
  });
  if (status !== 201) throw new Error(text);
}

/** A system with a token for the scopes. */
async function system(scopes: readonly string[], roles = ['system']): Promise<Record<string, string>> {
  const jwk = { ...(pair.publicKey.export({ format: 'jwk' }) as JsonObject), kid: 'k', alg: 'RS384', use: 'sig' };
  const { client } = await registerClient(
    { db: clinic.engine.db, rules: { isScope: () => true }, now: () => Date.now() },
    {
      name: 'warehouse',
      auth: 'private_key_jwt',
      jwks: { keys: [jwk] },
      redirectUris: [],
      scopes,
      mayRefresh: false,
      tenants: [1],
      roles,
      corsOrigins: [],
    },
  );
  const seconds = Math.floor(Date.now() / 1000);
  const url = `${clinic.origin}/auth/token`;
  const assertion = await new SignJWT({
    iss: client.id,
    sub: client.id,
    aud: url,
    jti: randomUUID(),
    iat: seconds,
    exp: seconds + 60,
  })
    .setProtectedHeader({ alg: 'RS384', typ: 'JWT', kid: 'k' })
    .sign(pair.privateKey);
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: scopes.join(' '),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  });
  const answer = (await (await fetch(url, { method: 'POST', body })).json()) as { readonly access_token?: string };
  if (answer.access_token === undefined) throw new Error(JSON.stringify(answer));
  return { Authorization: `Bearer ${answer.access_token}` };
}

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(path.startsWith('http') ? path : `${clinic.base}/${path}`, { headers });

async function exported(
  path: string,
  token: Record<string, string>,
): Promise<{ readonly address: string; readonly manifest: Manifest }> {
  const started = await get(path, { ...ASYNC, ...token });
  const address = started.headers.get('content-location') ?? '';
  if (started.status !== 202) throw new Error(`${started.status} ${await started.text()}`);
  for (;;) {
    const answer = await get(address, { ...token, Accept: 'application/json' });
    if (answer.status === 200) return { address, manifest: (await answer.json()) as Manifest };
    if (answer.status !== 202) throw new Error(`${answer.status} ${await answer.text()}`);
    await delay(100);
  }
}

test('kick-off, status, files and deletion, each with the token alone', async () => {
  const token = await system(['system/*.rs']);
  const other = await system(['system/*.rs']);
  expect((await get('Group/g/$export', ASYNC)).status).toBe(401);
  const { address, manifest } = await exported('Group/g/$export', token);
  expect(manifest.requiresAccessToken).toBe(true);
  expect(manifest.output.map(({ type }) => type).sort()).toEqual(['Group', 'Observation', 'Patient']);
  for (const { url, type } of manifest.output) {
    expect((await get(url)).status).toBe(401);
    expect((await get(url, other)).status).toBe(404);
    const file = await get(url, { ...token, Accept: 'application/fhir+ndjson' });
    const lines = (await file.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: string; resourceType: string });
    expect(lines.map(({ id }) => id)).toEqual([{ Group: 'g', Observation: 'of-in', Patient: 'in' }[type]]);
  }
  expect((await get(address, other)).status).toBe(404);
  expect((await fetch(address, { method: 'DELETE', headers: other })).status).toBe(404);
  expect((await fetch(address, { method: 'DELETE', headers: token })).status).toBe(202);
  expect((await get(address, token)).status).toBe(404);
  expect((await get(manifest.output[0]?.url ?? '', token)).status).toBe(404);
});

test('scopes limit the types: what is not authorised does not come out, and is refused when it is asked for', async () => {
  const token = await system(['system/Patient.rs', 'system/Group.rs']);
  const { manifest } = await exported('Group/g/$export', token);
  expect(manifest.output.map(({ type }) => type).sort()).toEqual(['Group', 'Patient']);
  const refused = await get('Group/g/$export?_type=Patient,Observation', { ...ASYNC, ...token });
  expect([refused.status, await refused.text()]).toEqual([403, expect.stringContaining('Observation')]);
});

test('a Group that may not be read is none', async () => {
  const token = await system(['system/Patient.rs']);
  expect((await get('Group/g/$export', { ...ASYNC, ...token })).status).toBe(404);
});

test.each([
  ['without a role that exports', ['system/*.rs'], ['physician']],
  ['without a scope that reads', ['system/*.c'], ['system']],
])('nobody exports %s', async (_name, scopes, roles) => {
  const token = await system(scopes, roles);
  for (const path of ['$export', 'Patient/$export', 'Group/g/$export']) {
    expect((await get(path, { ...ASYNC, ...token })).status).toBe(403);
  }
});

test('an export is on record with the patients whose data it took', async () => {
  const token = await system(['system/*.rs']);
  await exported('Group/g/$export?_type=Patient', token);
  const rows = await clinic.engine.db.query<{ row: string }>({
    text: `select row_to_json(a)::text as row from audit_event a`,
    values: [],
  });
  expect(rows.some(({ row }) => row.includes('$export') && row.includes('Patient/in'))).toBe(true);
});
