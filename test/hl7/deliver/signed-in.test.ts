import { generateKeyPairSync } from 'node:crypto';
import { createFhirClient, type FhirClient } from '../../../hl7-gateway/client/fhir-client.ts';
import { openHttpCaller } from '../../../hl7-gateway/client/http-call.ts';
import { searchPages } from '../../../hl7-gateway/client/search-pages.ts';
import { openSignIn } from '../../../hl7-gateway/client/sign-in.ts';
import { createDelivery, type Delivery } from '../../../hl7-gateway/deliver/delivery.ts';
import { openPartners } from '../../../hl7-gateway/partner/partners.ts';
import { registerClient } from '../../../server/auth/oauth/clients/register-client.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { openClinicServer, type ClinicServer } from '../../harness/clinic-server.ts';
import { LAB, messageOf, MRN, observationEntry, patientEntry } from './delivery-clinic.ts';

/** With sign-in: what the role `gateway` may do is enough for all that deliveries do. */
const http = openHttpCaller({ timeout: 60_000, answerBytes: 16_000_000, connections: 4 });
const errors: unknown[] = [];
let clinic: ClinicServer;
let client: FhirClient;
let delivery: Delivery;
beforeAll(async () => {
  clinic = await openClinicServer({ LIMIT_CLIENT: '0', MODULES: 'administration', VALIDATION: 'full' });
  const { privateKey: key, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' });
  const jwk = { ...(publicKey.export({ format: 'jwk' }) as JsonObject), kid: 'k', alg: 'ES384', use: 'sig' };
  const registered = await registerClient(
    { db: clinic.engine.db, rules: { isScope: () => true }, now: () => Date.now() },
    {
      name: 'gateway',
      auth: 'private_key_jwt',
      jwks: { keys: [jwk] },
      redirectUris: [],
      scopes: ['system/*.cruds'],
      mayRefresh: false,
      tenants: [1],
      roles: ['gateway'],
      corsOrigins: [],
    },
  );
  const identity = { client: registered.client.id, key, keyId: 'k', scope: 'system/*.cruds' };
  client = createFhirClient(
    clinic.base,
    http,
    openSignIn(clinic.base, identity, http, () => Date.now()),
  );
  delivery = createDelivery({
    client,
    now: () => Date.now(),
    readAnswers: () => Promise.resolve(),
    onError: (error) => errors.push(error),
  });
});
afterAll(async () => {
  http.close();
  await clinic.close();
  expect(errors).toEqual([]);
});

test('the role of the gateway is enough to apply, to merge, and to tell people', async () => {
  const [one, other] = [patientEntry(['S1']), patientEntry(['S2'])];
  const messages = [one, other].map((patient, place) =>
    messageOf([patient, observationEntry(`s${place}`, patient, {})]),
  );
  expect(await delivery.deliver(messages)).toMatchObject([{ kind: 'applied' }, { kind: 'applied' }]);
  expect(await delivery.deliver(messages)).toMatchObject([{ kind: 'applied' }, { kind: 'applied' }]);
  const of = (value: string): readonly { system: string; value: string }[] => [{ system: MRN, value }];
  const merges = [{ kind: 'merge', source: of('S1'), target: of('S2') }] as const;
  expect(await delivery.deliver([messageOf([other], { event: 'ADT^A40', mapped: { merges } })])).toMatchObject([
    { kind: 'applied' },
  ]);
  const partner = { ...LAB, patients: { ...LAB.patients, mayCreate: false } };
  const [parked] = await delivery.deliver([messageOf([patientEntry(['S3'])], { partner })]);
  expect(parked).toMatchObject({ kind: 'parked', task: expect.stringMatching(/^Task\//) });
  await delivery.workItems.close((parked as { readonly task: string }).task);
});

test('the role of the gateway is enough to ask for codes, to save answers and to read partners', async () => {
  const code = {
    place: 'PV1-2',
    source: 'HL70004',
    code: 'Q',
    target: 'http://hl7.org/fhir/ValueSet/x',
    isRequired: true,
  };
  const task = await delivery.workItems.raiseCode('lab', code);
  const { body } = await client.send({ method: 'GET', path: task });
  const valueCoding = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' };
  await client.send({
    method: 'PUT',
    path: task,
    body: { ...body, status: 'completed', output: [{ type: { text: 'answer' }, valueCoding }] },
  });
  expect(await delivery.workItems.takeCodeAnswers()).toHaveLength(1);
  expect(await delivery.workItems.takeCodeAnswers()).toEqual([]);
  const partners = openPartners({
    search: (query) => searchPages(client, clinic.base, query),
    zone: 'UTC',
    pause: 3_600_000,
    onError: (error) => errors.push(error),
    onProblem: (endpoint) => errors.push(endpoint),
  });
  await partners.refresh();
  expect(partners.contextOf(LAB, '2026-01-02T00:00:00Z').translate('HL70004', 'Q', code.target)).toEqual(valueCoding);
  await partners.close();
});
