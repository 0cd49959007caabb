import { generateKeyPairSync } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCdsSigner } from '../../server/auth/cds/sign-cds-token.ts';
import { createCallCdsServices, type CallCdsServices } from '../../server/cds-hooks/ask-servers.ts';
import type { CdsServer } from '../../server/cds-hooks/cds-settings.ts';
import { fault } from '../../server/kernel/fault.ts';
import { uuidv7 } from '../../server/kernel/id.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import { outboundFetch } from '../../server/kernel/outbound-fetch.ts';
import { defineCdsService } from '../../server/sdk/cds-service.ts';
import { openCdsServer, type CdsTestServer } from './cds-server.ts';

const ISSUER = 'https://clinic.example/';
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const kid = 'k1';
let sign: (audience: string) => Promise<string>;

const seen: unknown[] = [];
const weigh = defineCdsService({
  id: 'weigh',
  hook: 'patient-view',
  title: '',
  text: '',
  prefetch: {
    patient: 'Patient/{{context.patientId}}',
    secret: 'Consent?patient={{context.patientId}}',
    visit: 'Encounter/{{context.encounterId}}',
  },
  run: async ({ prefetch, hook }) => {
    seen.push(prefetch);
    return {
      cards: [{ summary: `${hook} ${prefetch.patient?.id ?? ''}`, indicator: 'info', source: { label: 'weigh' } }],
    };
  },
});
const sleepy = defineCdsService({ ...weigh, id: 'sleepy', run: () => new Promise(() => undefined) });
const elsewhere = defineCdsService({ ...weigh, id: 'elsewhere', hook: 'encounter-start' });

let good: CdsTestServer;
const others: Server[] = [];

async function listen(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  others.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/cds-services`;
}

beforeAll(async () => {
  const jwksUri = await listen((_request, response) => {
    response.end(JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256' }] }));
  });
  sign = createCdsSigner({
    key: () => Promise.resolve({ ...privateKey.export({ format: 'jwk' }), kid }),
    issuer: ISSUER,
    jwksUri,
    now: () => Date.now(),
    newId: () => uuidv7(Date.now()),
  });
  good = await openCdsServer({
    services: [weigh, sleepy, elsewhere],
    clients: [{ issuer: ISSUER, tenant: 1, scopes: ['system/Consent.rs'], fhirServers: [], keys: { jwksUri } }],
    timeout: 5000,
  });
});

afterAll(async () => {
  await good.close();
  for (const server of others) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const serverOf = (url: string, more: Partial<CdsServer> = {}): CdsServer => ({
  url,
  tenant: 1,
  services: undefined,
  timeout: 1500,
  ...more,
});

function calling(servers: readonly CdsServer[], allowPrivate = true): CallCdsServices {
  return createCallCdsServices({
    servers,
    fetch: (url, request, rules) => outboundFetch(url, request, { ...rules, allowPrivate }),
    sign,
    now: () => Date.now(),
    newId: () => uuidv7(Date.now()),
  });
}

const CALL = {
  tenant: 1,
  hook: 'patient-view',
  context: { userId: 'Practitioner/d', patientId: 'p' },
  fetchPrefetch: (query: string): Promise<JsonObject | null> => {
    if (query !== 'Patient/p') throw fault('access.forbidden', 403, 'forbidden', 'You may not see Consent.');
    return Promise.resolve({ resourceType: 'Patient', id: 'p' });
  },
} as const;

test('cards of several services are merged; what could not be checked is told', async () => {
  const hanging = await listen(() => undefined);
  const failing = await listen((_request, response) => response.writeHead(500).end());
  const wrong = await listen((_request, response) => response.end('<html>'));
  const lying = await listen((request, response) => {
    response.end(
      request.method === 'GET'
        ? '{"services":[{"id":"x","hook":"patient-view"},{"id":"../../admin","hook":"patient-view"}]}'
        : '{"cards":[{"summary":"half"}]}',
    );
  });
  const call = calling([
    serverOf(`${good.origin}/cds-services`),
    ...[hanging, failing, wrong, lying].map((url) => serverOf(url)),
  ]);
  const { answers, notChecked } = await call(CALL);
  expect(answers.map(({ service }) => service)).toEqual([`${good.origin}/cds-services/weigh`]);
  expect(answers[0]?.answer.cards[0]?.summary).toBe('patient-view p');
  expect(seen[0]).toEqual({
    patient: { resourceType: 'Patient', id: 'p' },
    secret: expect.objectContaining({ type: 'searchset' }),
    visit: null,
  });
  expect(notChecked.map(({ service }) => service).sort()).toEqual(
    [`${good.origin}/cds-services/sleepy`, hanging, failing, wrong, `${lying}/x`].sort(),
  );
  expect(notChecked.find(({ service }) => service === failing)?.reason).toBe('it answers 500');
}, 20_000);

test('only the services, tenants and hooks that are meant are asked', async () => {
  const url = `${good.origin}/cds-services`;
  expect(await calling([serverOf(url, { tenant: 2 })])(CALL)).toEqual({ answers: [], notChecked: [] });
  const one = await calling([serverOf(url, { services: ['weigh'] })])(CALL);
  expect([one.answers.length, one.notChecked]).toEqual([1, []]);
  const none = await calling([serverOf(url, { services: ['gone'] })])(CALL);
  expect(none.notChecked[0]?.reason).toBe('it has no service gone');
});

test('inner addresses are not asked unless the operator allows it', async () => {
  const { answers, notChecked } = await calling([serverOf(`${good.origin}/cds-services`)], false)(CALL);
  expect(answers).toEqual([]);
  expect(notChecked).toHaveLength(1);
});
