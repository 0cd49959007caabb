import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually, testClinic } from '#sdk/testing';
import { furnish, parameters, PHYSICIAN, prescription } from './ward.fixture.ts';

interface Received {
  readonly path: string;
  readonly key: string | undefined;
  readonly message: {
    readonly identifier: { readonly value: string };
    readonly entry: readonly { resource: object }[];
  };
}

/** A partner's system: it fails twice before it takes a message, and takes none below /closed. */
const received: Received[] = [];
const partner: Server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const message = JSON.parse(Buffer.concat(chunks).toString()) as Received['message'];
    received.push({ path: request.url ?? '', key: request.headers['idempotency-key'] as string | undefined, message });
    const tries = received.filter(({ message: each }) => each.identifier.value === message.identifier.value).length;
    response.writeHead(request.url === '/closed' ? 422 : tries < 3 ? 503 : 200).end();
  });
});
const PORT = 38_000 + (process.pid % 2000);
const ORIGIN = `http://127.0.0.1:${PORT}`;

const clinic = testClinic(import.meta.dirname, { env: { MEDICATIONS_PARTNER_ORIGINS: ORIGIN } });
const physician = clinic.as(PHYSICIAN);

beforeAll(async () => {
  await new Promise<void>((resolve) => partner.listen(PORT, '127.0.0.1', resolve));
  expect((partner.address() as AddressInfo).port).toBe(PORT);
  await furnish(clinic);
  for (const [id, address] of [
    ['open', `${ORIGIN}/messages`],
    ['closed', `${ORIGIN}/closed`],
    ['foreign', 'https://elsewhere.example.org/messages'],
  ] as const) {
    await clinic.store({
      resourceType: 'Endpoint',
      id,
      status: 'active',
      connectionType: {
        system: 'http://terminology.hl7.org/CodeSystem/endpoint-connection-type',
        code: 'hl7-fhir-msg',
      },
      payloadType: [{ text: 'prescriptions' }],
      address,
    });
    await clinic.store({
      resourceType: 'Organization',
      id: `partner-${id}`,
      name: `Partner ${id}`,
      endpoint: [{ reference: `Endpoint/${id}` }],
    });
  }
});
afterAll(() => new Promise((resolve) => partner.close(resolve)));

async function sent(partnerId: string): Promise<{ readonly id: string; readonly order: string }> {
  const { id } = await physician.store(prescription('acetaminophen'));
  await physician.send('POST', `MedicationRequest/${id}/$sign`, { resourceType: 'Parameters' });
  const to = { valueReference: { reference: `Organization/${partnerId}` } };
  const { body } = await physician.send('POST', `MedicationRequest/${id}/$transmit`, parameters({ to }));
  return { id: body.id ?? '', order: id };
}

const statusOf = async (task: string): Promise<unknown> => (await clinic.get(`Task/${task}`)).body.status;

test('I.3.6 a partner that fails sees the same message again, with the same id', async () => {
  const { id, order } = await sent('partner-open');
  const status = await eventually(
    () => statusOf(id),
    (each) => each === 'received',
  );
  expect(status).toBe('received');
  const messages = received.filter(({ path }) => path === '/messages');
  expect(messages).toHaveLength(3);
  expect(new Set(messages.map(({ key }) => key)).size).toBe(1);
  expect(new Set(messages.map(({ message }) => JSON.stringify(message))).size).toBe(1);
  expect(messages[0]?.message.entry.map(({ resource }) => resource)).toEqual([
    expect.objectContaining({
      resourceType: 'MessageHeader',
      eventUri: 'https://athanor.health/fhir/message/new-prescription',
    }),
    expect.objectContaining({ resourceType: 'MedicationRequest', id: order }),
    expect.objectContaining({ resourceType: 'Patient', id: 'anna' }),
    expect.objectContaining({ resourceType: 'Practitioner', id: 'physician' }),
  ]);
});

test.each([
  ['partner-closed', '422'],
  ['partner-foreign', 'host'],
])('what a partner does not take, or where nothing may be sent, is told: %s', async (partnerId, reason) => {
  const { id } = await sent(partnerId);
  await eventually(
    () => statusOf(id),
    (each) => each === 'failed',
  );
  const { body } = await clinic.get(`Task/${id}`);
  expect(body).toMatchObject({ status: 'failed', statusReason: { text: expect.stringContaining(reason) } });
});
