import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { createMailer } from '../../server/auth/users/mailer.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { openSubscriptionServer, subscription, type SubscriptionServer } from './subscription-server.ts';
import { until } from '../harness/eventually.ts';

let server: SubscriptionServer;
let receiver: Receiver;
let smtp: SMTPServer;
const mails: string[] = [];
beforeAll(async () => {
  smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push(Buffer.concat(chunks).toString('utf8'));
        done();
      });
    },
  });
  await new Promise<void>((resolve) => {
    smtp.listen(0, '127.0.0.1', resolve);
  });
  const { port } = smtp.server.address() as AddressInfo;
  const mailer = createMailer({
    url: `smtp://127.0.0.1:${port}`,
    from: 'Clinic <no-reply@clinic.example>',
    onError: () => undefined,
  });
  server = await openSubscriptionServer({ sendMail: (mail) => mailer.send(mail) });
  receiver = await openReceiver();
});
afterAll(async () => {
  await server.close();
  await receiver.close();
  await new Promise<void>((resolve) => smtp.close(resolve));
  expect(server.errors).toEqual([]);
});

const patient = (family: string): object => ({ resourceType: 'Patient', name: [{ family }] });

test('a mail names the resource, and has its content only when a payload was asked for', async () => {
  const mail = (family: string, payload: object): object => ({
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria: `Patient?family=${family}`,
    channel: { type: 'email', endpoint: 'mailto:ward@clinic.example', ...payload },
  });
  await server.subscribe(mail('Postman', {}));
  await server.subscribe(mail('Letter', { payload: 'application/fhir+json' }));
  const { body } = await server.send('POST', 'Patient', patient('Postman'));
  await until(() => mails.length === 1);
  expect(mails[0]).toContain('To: ward@clinic.example');
  expect(mails[0]).not.toContain('Postman');
  await server.send('POST', 'Patient', patient('Letter'));
  await until(() => mails.length === 2);
  expect(mails[1]?.replaceAll('=\r\n', '')).toContain('Letter');
  expect(body.id).toBeDefined();
});

test('a message goes to $process-message of the endpoint', async () => {
  await server.subscribe(subscription('Patient?family=Message', `${receiver.url}/fhir`, { type: 'message' }));
  const { body } = await server.send('POST', 'Patient', patient('Message'));
  const [first] = await receiver.until(1);
  expect(first?.path).toBe('/fhir/$process-message');
  expect(JSON.parse(first?.body ?? '{}')).toMatchObject({
    resourceType: 'Bundle',
    type: 'message',
    entry: [
      {
        resource: {
          resourceType: 'MessageHeader',
          focus: [{ reference: `http://localhost:8080/fhir/R4/Patient/${body.id}` }],
        },
      },
      { resource: { resourceType: 'Patient', id: body.id } },
    ],
  });
});

test.each([
  ['http://127.0.0.1:1/'],
  ['https://127.0.0.1/'],
  ['https://2130706433/'],
  ['https://0x7f.1/'],
  ['https://[::ffff:127.0.0.1]/'],
  ['https://169.254.169.254/latest/meta-data'],
  ['https://localhost/'],
  ['https://10.0.0.1/'],
])('%s is not asked by a server that serves the public: the Subscription is in error', async (endpoint) => {
  const guarded = await openSubscriptionServer({ outbound: {}, validation: 'structure' });
  try {
    const id = await guarded.subscribe(subscription('Patient?family=X', endpoint));
    await guarded.send('POST', 'Patient', patient('X'));
    expect((await guarded.untilStatus(id, 'error')).error).toMatch(/public|https/);
  } finally {
    await guarded.close();
  }
});

const channel = (more: object): object => ({
  ...subscription('Patient?family=X', 'https://example.org/hook'),
  channel: { type: 'rest-hook', endpoint: 'https://example.org/hook', ...more },
});

test.each([
  ['criteria that need a search', subscription('Patient?organization.name=x', 'https://example.org'), 'chained'],
  ['an unknown type', subscription('Nothing?x=1', 'https://example.org'), 'Observation?code'],
  ['an unknown topic', subscription('https://example.org/topic', 'https://example.org'), 'encounter-start'],
  ['an SMS', channel({ type: 'sms' }), 'rest-hook, websocket, email, message'],
  ['no URL', channel({ endpoint: 'somewhere' }), 'absolute URL'],
  ['a URL with a password', channel({ endpoint: 'https://a:b@example.org' }), 'without user or password'],
  ['a file', channel({ endpoint: 'file:///etc/passwd' }), 'absolute URL'],
  ['a header that frames', channel({ header: ['Content-Length: 5'] }), 'names that frame'],
  ['a header of ours', channel({ header: ['X-Athanor-Signature: x'] }), 'names that frame'],
  ['two headers in one', channel({ header: ['A: b\r\nHost: evil'] }), 'Name: value'],
  ['XML', channel({ payload: 'application/fhir+xml' }), 'application/fhir+json'],
  ['several addresses', channel({ type: 'email', endpoint: 'mailto:a@b.example,c@d.example' }), 'one address'],
  ['a status of the server', { ...channel({}), status: 'active' }, 'requested'],
])('%s is refused with what would be accepted', async (_what, resource, text) => {
  const answer = await server.send('POST', 'Subscription', resource);
  expect([answer.status, answer.text]).toEqual([422, expect.stringContaining(text)]);
});

test('off ends it; a change of what was asked for needs a new request; an end comes by itself', async () => {
  const id = await server.subscribe({
    ...subscription('Patient?family=Cycle', receiver.url),
    end: new Date(Date.now() + 4000).toISOString(),
  });
  const { body } = await server.get(`Subscription/${id}`);
  expect((await server.send('PUT', `Subscription/${id}`, { ...body, reason: 'other' })).status).toBe(200);
  expect((await server.send('PUT', `Subscription/${id}`, { ...body, criteria: 'Patient?family=Y' })).status).toBe(422);
  await server.untilStatus(id, 'off');
  const before = receiver.received.length;
  await server.send('POST', 'Patient', patient('Cycle'));
  await pause(500);
  expect(receiver.received).toHaveLength(before);
});
