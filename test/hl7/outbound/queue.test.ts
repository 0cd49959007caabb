import { createHash, randomUUID } from 'node:crypto';
import { openDestinations, type Destinations } from '../../../hl7-gateway/outbound/destinations.ts';
import type { Partner } from '../../../hl7-gateway/partner/partner.ts';
import { queueMessages } from '../../../hl7-gateway/store/outgoing-messages.ts';
import { cancelMessages, queueFigures, resendMessages } from '../../../hl7-gateway/store/outgoing-people.ts';
import { createLog } from '../../../server/kernel/log.ts';
import { eventually, until } from '../../harness/eventually.ts';
import { partner } from '../inbox/test-inbox.ts';
import { openPeer, type Peer } from './peer.ts';
import { queue } from './queued.ts';
import { openSchemaStore, type OpenStore } from './schema-store.ts';

const ALL_DAY = [
  { from: '00:00', to: '12:00' },
  { from: '12:00', to: '00:00' },
];

let opened: OpenStore;
let peer: Peer;
let destinations: Destinations | undefined;
let partners: readonly Partner[];

function takes(changes: Partial<NonNullable<Partner['destination']>> = {}): Partner {
  return partner('LAB', {
    destination: {
      ...{ host: '127.0.0.1', port: peer.port, isTls: false, version: '2.5.1', charset: 'utf-8' },
      ...{ events: ['ADT^A08'], application: 'LAB', facility: '', replyTime: 2, ...changes },
    },
  });
}

beforeEach(async () => {
  opened = await openSchemaStore();
  peer = await openPeer();
  partners = [takes()];
});

afterEach(async () => {
  await destinations?.close();
  destinations = undefined;
  await peer.close();
  await opened.close();
});

async function begin(): Promise<void> {
  destinations = openDestinations({
    store: opened.store,
    log: createLog('silent', 'test'),
    owner: randomUUID(),
    partners: () => partners,
    now: () => Date.now(),
  });
  await destinations.refresh();
}

const ids = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `M${index}`);

const received = (): readonly string[] => peer.received.map(({ controlId }) => controlId);
const states = async (): Promise<readonly string[]> => (await opened.sent()).map(({ state }) => state);
const settled = async (): Promise<readonly string[]> =>
  eventually(states, (found) => found.every((state) => state !== 'queued' && state !== 'sending'));

test('messages keep their order through errors that pass, and are the same each time', async () => {
  peer.react = (_message, count) => (count === 2 || count === 3 ? 'AE' : 'AA');
  await queue(opened.store, ids(4));
  await begin();
  expect(await settled()).toEqual(['acked', 'acked', 'acked', 'acked']);
  expect(received()).toEqual(['M0', 'M1', 'M1', 'M1', 'M2', 'M3']);
  expect((await opened.sent()).map(({ attempts }) => attempts)).toEqual([1, 3, 1, 1]);
});

test('what is refused for good is not sent again, and holds nobody up', async () => {
  peer.react = ({ controlId }) => (controlId === 'M0' ? 'AR' : controlId === 'M1' ? 'CR' : 'CA');
  await queue(opened.store, ids(3));
  await begin();
  expect(await settled()).toEqual(['rejected', 'rejected', 'acked']);
  expect(received()).toEqual(['M0', 'M1', 'M2']);
});

test('a message that is answered by errors only is dead in the end; a person has it sent again', async () => {
  const [id = ''] = await queue(opened.store, ids(2));
  await opened.store.query({ text: 'update progress set attempts = 5 where seq = 1', values: [] });
  peer.react = ({ controlId }) => (controlId === 'M0' ? 'AE' : 'AA');
  await begin();
  expect(await settled()).toEqual(['dead', 'acked']);
  expect((await opened.sent())[0]?.note).toBe('The destination answered AE. It was sent 6 times.');
  peer.react = () => 'AA';
  expect(await resendMessages(opened.store, [id], 'Practitioner/1')).toEqual([id]);
  expect(await settled()).toEqual(['acked', 'acked']);
  expect(received()).toEqual(['M0', 'M1', 'M0']);
});

test('without a reply, and with one to another message, the same message is sent again on a new link', async () => {
  peer.react = (_message, count) => (['lose', 'hang', 'late'] as const)[count - 1] ?? 'AA';
  await queue(opened.store, ids(2));
  await begin();
  expect(await settled()).toEqual(['acked', 'acked']);
  expect(received()).toEqual(['M0', 'M0', 'M0', 'M0', 'M1']);
});

test('a partner that is not there gets all of it when it comes', async () => {
  const { port } = peer;
  await peer.close();
  await queue(opened.store, ids(3));
  await begin();
  await until(async () => (await opened.sent())[0]?.reason === 'connect');
  expect(await queueFigures(opened.store)).toEqual([expect.objectContaining({ destination: 'LAB', waiting: 3 })]);
  peer = await openPeer(port);
  expect(await settled()).toEqual(['acked', 'acked', 'acked']);
  expect(received()).toEqual(['M0', 'M1', 'M2']);
});

test('nothing is sent to who is paused or has quiet hours; others are not held up', async () => {
  const other = { ...takes(), id: 'OTHER' };
  partners = [takes({ isPaused: true }), other, { ...takes({ quiet: ALL_DAY }), id: 'QUIET' }];
  await queue(opened.store, ['P0']);
  await queue(opened.store, ['Q0'], 'QUIET');
  await queue(opened.store, ['O0'], 'OTHER');
  await begin();
  await until(() => received().includes('O0'));
  expect(await states()).toEqual(['queued', 'queued', expect.anything()]);
  partners = [takes(), other];
  await destinations?.refresh();
  await until(() => received().includes('P0'));
});

test('what a person cancels lets the next one go', async () => {
  peer.react = ({ controlId }) => (controlId === 'M0' ? 'lose' : 'AA');
  const [id = ''] = await queue(opened.store, ids(2));
  await begin();
  await until(() => received().length > 0);
  expect(await cancelMessages(opened.store, [id], 'Practitioner/1', 'it hurts the partner')).toEqual([id]);
  expect(await settled()).toEqual(['cancelled', 'acked']);
});

test('two gateways on the same tables send each message once, in order', async () => {
  await queue(opened.store, ids(40));
  await begin();
  const second = openDestinations({
    store: opened.store,
    log: createLog('silent', 'test'),
    owner: randomUUID(),
    partners: () => partners,
    now: () => Date.now(),
  });
  await second.refresh();
  try {
    expect(new Set(await settled())).toEqual(new Set(['acked']));
    expect(received()).toEqual(ids(40));
  } finally {
    await second.close();
  }
});

test('the same change is queued once', async () => {
  const bytes = Buffer.from('x');
  const message = {
    ...{ id: randomUUID(), destination: 'LAB', bytes, sha256: createHash('sha256').update(bytes).digest() },
    ...{ charset: 'utf-8', event: 'ADT^A08', controlId: 'S', version: '2.5.1', refs: [], resource: 'Patient/1' },
  };
  expect(await queueMessages(opened.store, [message])).toBe(1);
  expect(await queueMessages(opened.store, [message])).toBe(0);
});
