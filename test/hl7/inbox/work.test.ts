import { setTimeout as pause } from 'node:timers/promises';
import { MapFailure } from '../../../hl7-gateway/map/mapped-message.ts';
import { eventually, until } from '../../harness/eventually.ts';
import { adt, APPLIED, codeIn, EMPTY, msh, openTestInbox, type TestInbox } from './test-inbox.ts';

let opened: TestInbox;

beforeEach(async () => {
  opened = await openTestInbox();
});

afterEach(() => opened.close());

/** Control ids in the order in which messages were delivered. */
function order(): readonly string[] {
  return opened.ports.delivered.map(({ controlId }) => controlId);
}

function merge(survivor: string, source: string, id: string): string {
  return `${msh({ id, event: 'ADT^A40' })}\rEVN|A40\rPID|1||${survivor}^^^MRN\rMRG|${source}^^^MRN\r`;
}

test('messages of one patient are applied in order of arrival, those of others meanwhile', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  opened.ports.react = async ({ controlId }) => {
    if (controlId === 'P0') await held;
    return APPLIED;
  };
  for (let n = 0; n < 5; n += 1) await opened.send(adt('p', { id: `P${n}`, from: n % 2 === 0 ? 'LAB' : 'HIS' }));
  for (let n = 0; n < 5; n += 1) await opened.send(adt(`q${n}`, { id: `Q${n}` }));
  await until(() => order().filter((id) => id.startsWith('Q')).length >= 4);
  expect(order().filter((id) => id.startsWith('P'))).toEqual([]);
  release();
  await opened.settled();
  expect(order().filter((id) => id.startsWith('P'))).toEqual(['P0', 'P1', 'P2', 'P3', 'P4']);
});

test('a merge waits for both patients, and both wait for it', async () => {
  opened.ports.react = async ({ controlId }) => {
    await pause(controlId === 'A1' ? 200 : 20);
    return APPLIED;
  };
  const messages = [
    adt('a', { id: 'A1' }),
    adt('b', { id: 'B1' }),
    merge('b', 'a', 'AB'),
    adt('a', { id: 'A2' }),
    adt('b', { id: 'B2' }),
  ];
  for (const text of messages) await opened.send(text);
  await opened.settled();
  const done = order();
  expect(new Set(done.slice(0, 2))).toEqual(new Set(['A1', 'B1']));
  expect(done[2]).toBe('AB');
  expect(new Set(done.slice(3))).toEqual(new Set(['A2', 'B2']));
});

test('while nobody knows which modules read an event its messages keep their place', async () => {
  const { mapOf } = opened.ports;
  let asked = 0;
  opened.ports.mapOf = (message) => {
    asked += 1;
    return asked > 6 ? mapOf(message) : 'not-ready';
  };
  await opened.send(adt('a', { id: 'A1' }));
  await opened.send(adt('a', { id: 'A2' }));
  await opened.settled();
  expect(order()).toEqual(['A1', 'A2']);
  expect((await opened.rows()).map(({ state, attempts }) => [state, attempts])).toEqual([
    ['applied', 1],
    ['applied', 1],
  ]);
});

test('while the server is down everything waits in its place, and nothing is counted', async () => {
  let isDown = true;
  opened.ports.react = () => (isDown ? { kind: 'retry', reason: 'No answer.', isDown: true } : APPLIED);
  for (let n = 0; n < 10; n += 1) await opened.send(adt(n < 5 ? 'p' : `q${n}`, { id: `D${n}` }));
  await until(() => opened.ports.delivered.length >= 4);
  expect(new Set(await opened.states())).toEqual(new Set(['received']));
  opened.ports.delivered.length = 0;
  isDown = false;
  await opened.settled();
  expect(order().filter((id) => id < 'D5')).toEqual(['D0', 'D1', 'D2', 'D3', 'D4']);
  expect((await opened.rows()).map(({ state, attempts }) => `${state} ${attempts}`)).toEqual(
    new Array<string>(10).fill('applied 1'),
  );
});

test('a message that fails is tried again before later ones of its patient', async () => {
  let failures = 0;
  opened.ports.react = ({ controlId }) => {
    if (controlId !== 'F0' || failures >= 2) return APPLIED;
    failures += 1;
    return { kind: 'retry', reason: 'The server fails.', isDown: false };
  };
  await opened.send(adt('p', { id: 'F0' }));
  await opened.send(adt('p', { id: 'F1' }));
  await opened.settled();
  expect(order()).toEqual(['F0', 'F0', 'F0', 'F1']);
});

test('a message that fails for ever is dead in the end, told to a person, and its patient goes on', async () => {
  opened.ports.react = ({ controlId }) =>
    controlId === 'X0' ? { kind: 'retry', reason: 'The server fails.', isDown: false } : APPLIED;
  await opened.send(adt('p', { id: 'X0' }));
  await opened.send(adt('p', { id: 'X1' }));
  await until(async () => (await opened.states())[0] === 'failed');
  // The pauses of a quarter of an hour.
  await opened.store.query({ text: `update progress set attempts = 9, next_at = now()`, values: [] });
  await opened.settled();
  expect(await opened.states()).toEqual(['dead', 'applied']);
  await until(async () => (await opened.rows())[0]?.task !== null);
  expect(opened.ports.tasks).toMatchObject([{ controlId: 'X0', reason: 'exhausted', text: 'The server fails.' }]);
});

test('what a map cannot read, and what breaks a map, waits for a person; others go on', async () => {
  opened.ports.map = (message) => {
    if (message.controlId === 'B0') throw new MapFailure('PID-3 is empty.', 'PID^1^3', '101');
    if (message.controlId === 'B1') throw new TypeError('secret content');
    return message.controlId === 'B2' ? EMPTY : { ...EMPTY, merges: [{ kind: 'merge', source: [], target: [] }] };
  };
  for (let n = 0; n < 4; n += 1) await opened.send(adt(`${n}`, { id: `B${n}` }));
  await opened.send(`${msh({ id: 'B4', event: 'ZZZ^Z99' })}\rPID|1||7^^^MRN\r`);
  await opened.settled();
  const rows = await eventually(
    () => opened.rows(),
    (all) => all.every(({ state, task }) => state !== 'parked' || task !== null),
  );
  expect(rows.map(({ state, reason, note }) => [state, reason, note])).toEqual([
    ['parked', 'unreadable', 'PID^1^3: PID-3 is empty.'],
    ['parked', 'unreadable', 'MSH: Its map failed; the log has where.'],
    ['ignored', 'empty', null],
    ['applied', null, null],
    ['parked', 'unmapped-event', 'MSH^1^9: Nobody reads messages of this event.'],
  ]);
  expect(opened.ports.tasks).toHaveLength(3);
});

test('a map that does not end is stopped', async () => {
  opened.ports.map = ({ controlId }) => {
    while (controlId === 'L0');
    return { ...EMPTY, merges: [{ kind: 'merge', source: [], target: [] }] };
  };
  await opened.send(adt('1', { id: 'L0' }));
  await opened.send(adt('2', { id: 'L1' }));
  await opened.settled();
  expect(await opened.states()).toEqual(['parked', 'applied']);
});

test('bytes that are not of their charset wait for a person instead of changing a name', async () => {
  const text = `${msh({ id: 'C0' })}||UNICODE UTF-8\rPID|1||1^^^MRN||Mü`;
  const bytes = Buffer.concat([Buffer.from(text), Buffer.from([0xfc, 0x6c, 0x6c, 0x65, 0x72, 0x0d])]);
  expect(codeIn(await opened.send(bytes))).toBe('AA');
  await opened.settled();
  expect(await opened.rows()).toMatchObject([{ state: 'parked', reason: 'unreadable', bytes }]);
});

test('several gateways share one inbox, and each message is worked on once', async () => {
  opened.another();
  opened.another();
  opened.ports.react = async () => {
    await pause(5);
    return APPLIED;
  };
  await Promise.all(
    Array.from({ length: 60 }, (_, n) => opened.send(adt(`p${n % 6}`, { id: `G${String(n).padStart(2, '0')}` }))),
  );
  await opened.settled();
  expect(new Set(order()).size).toBe(60);
  expect(order()).toHaveLength(60);
  for (let patient = 0; patient < 6; patient += 1) {
    const own = opened.ports.delivered.filter(({ controlId }) => Number(controlId.slice(1)) % 6 === patient);
    const arrived = (await opened.rows()).map(({ controlId }) => controlId);
    const places = own.map(({ controlId }) => arrived.indexOf(controlId));
    expect(places).toEqual([...places].sort((a, b) => a - b));
  }
});
