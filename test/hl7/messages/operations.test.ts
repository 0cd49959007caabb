import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { simulate } from '../../../hl7-gateway/command/simulate.ts';
import { eventually } from '../../harness/eventually.ts';
import { partnerEndpoint } from '../outbound/sending-clinic.ts';
import { freePort } from '../../harness/free-port.ts';
import {
  ADMINISTRATOR,
  LAB_ONE,
  openBrowsedClinic,
  result,
  valueIn,
  type BrowsedClinic,
  type Part,
} from './browsed-clinic.ts';

let clinic: BrowsedClinic;
beforeAll(async () => {
  clinic = await openBrowsedClinic({ HL7_ALERT_AGE: '1' });
  await clinic.receive(result('LAB', 'O-1', '500'), 'applied');
  await clinic.receive(result('STRICT', 'O-2', '501'), 'parked');
});
afterAll(() => clinic.close());

const metrics = async (): Promise<string> => (await fetch(`${clinic.gatewayUrl}/metrics`)).text();

test('figures are told by partner and state, and hold nothing of patients', async () => {
  const text = await metrics();
  expect(text).toMatch(/hl7_messages_open\{direction="in",partner="strict",state="parked"\} 1/);
  expect(text).toMatch(/hl7_messages_ended\{direction="in",partner="lab",state="applied"\} 1/);
  expect(text).toMatch(/hl7_messages_ended_seconds\{.*partner="lab".*quantile="0.95"\} \d/);
  expect(text).toMatch(/hl7_messages_parked\{partner="strict",reason="patient-unknown"\} 1/);
  expect(text).toMatch(/hl7_replies 2/);
  expect(text).not.toMatch(/Doe|O-1|(?<![.\d])50[01]\b/);
});

test('what has waited for long is told once, by a Task', async () => {
  const tasks = async (): Promise<number> =>
    Number((await clinic.get(`Task?code=${TASKS}|waits-for-long&_summary=count`)).body.total);
  expect(await eventually(tasks, (count) => count > 0)).toBe(1);
});

test('the state of the gateway is for who runs the server, too', async () => {
  const { status, parts } = await clinic.call(ADMINISTRATOR, 'hl7-status');
  expect(status).toBe(200);
  const open = parts.filter(({ name }) => name === 'open');
  expect(open.map((each) => valueIn(each, 'state'))).toEqual(['parked']);
  expect(parts.filter(({ name }) => name === 'partner').map((each) => valueIn(each, 'id'))).toEqual(
    expect.arrayContaining(['lab', 'strict']),
  );
});

test('a destination is held back and goes on, by whoever may change its Endpoint', async () => {
  const endpoint = partnerEndpoint({ id: 'peer', port: await freePort(), events: ['ADT^A28'] });
  expect((await clinic.send('PUT', 'Endpoint/peer', endpoint)).status).toBe(201);
  const peer = async (): Promise<Part | undefined> =>
    (await clinic.call(ADMINISTRATOR, 'hl7-status')).parts.find((each) => valueIn(each, 'id') === 'peer');
  const change = (who: object, action: string) => clinic.call(who, 'hl7-destination', { partner: 'peer', action });
  expect((await change(LAB_ONE, 'pause')).status).toBe(403);
  expect((await change(ADMINISTRATOR, 'pause')).status).toBe(200);
  const isPaused = async (wanted: boolean): Promise<unknown> =>
    valueIn(await eventually(peer, (each) => valueIn(each, 'is-paused') === wanted), 'is-paused');
  expect(await isPaused(true)).toBe(true);
  expect((await change(ADMINISTRATOR, 'resume')).status).toBe(200);
  expect(await isPaused(false)).toBe(false);
  const none = await clinic.call(ADMINISTRATOR, 'hl7-destination', { partner: 'lab', action: 'pause' });
  expect(none.status).toBe(422);
});

test('the gateway tells nobody but the server', async () => {
  const ask = (headers: Readonly<Record<string, string>>, action = 'status', body = '{}') =>
    fetch(`${clinic.gatewayUrl}/messages/${action}`, { method: 'POST', headers, body });
  const known = { authorization: `Bearer ${clinic.secret}` };
  expect((await ask({})).status).toBe(401);
  expect((await ask({ authorization: `Bearer ${clinic.secret}x` })).status).toBe(401);
  expect((await ask({ authorization: `Basic ${btoa(`x:${clinic.secret}`)}` })).status).toBe(401);
  expect((await ask(known)).status).toBe(200);
  expect((await ask(known, 'nothing')).status).toBe(404);
  expect((await ask(known, 'show', '{"id":"x"}')).status).toBe(422);
  expect((await ask(known, 'show', 'x')).status).toBe(422);
  expect((await ask(known, 'show', 'x'.repeat(9_000_000))).status).toBe(413);
});

test('a simulated sender sends the messages of a folder again and again, each as a new one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'athanor-simulated-'));
  try {
    writeFileSync(join(folder, 'one.hl7'), result('LAB', 'SAMPLE', '500').replaceAll('\r', '\n'));
    writeFileSync(join(folder, 'README.md'), 'No message.');
    expect(await simulate({ folder, to: clinic.mllpUrl, rate: 100, count: 3 })).toBe(0);
    const { parts } = await clinic.call(LAB_ONE, 'hl7-messages', { partner: 'lab' });
    const ids = parts.filter(({ name }) => name === 'message').map((each) => String(valueIn(each, 'control-id')));
    expect(ids.filter((id) => /^S\w+-[123]$/.test(id))).toHaveLength(3);
    rmSync(join(folder, 'one.hl7'));
    expect(await simulate({ folder, to: clinic.mllpUrl, rate: 100, count: 3 })).toBe(1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('while the gateway is away, that is said', async () => {
  await clinic.stopGateway();
  const { status, text } = await clinic.call(LAB_ONE, 'hl7-messages');
  expect(status).toBe(503);
  expect(text).toContain('The HL7 gateway answers not');
  expect(text).not.toContain(clinic.secret);
});

const TASKS = 'https://athanor.health/fhir/CodeSystem/hl7-task';
