import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { until } from '../../../harness/eventually.ts';
import { createClient, type Client } from '../../../reliability/client.ts';
import { scannerEndpoint } from '../end-to-end/radiology.ts';
import type { Said } from '../harness/clinic-with-gateway.ts';
import { echoscu, findWorklist } from '../harness/dcmtk.ts';
import { describeImaging } from '../harness/describe-imaging.ts';
import { startOwnImaging, type GatewayProcess, type OwnImaging } from '../harness/gateway-process.ts';
import * as wire from './pdu.ts';

jest.setTimeout(300_000);

const MOST_MEMORY = 400 * 1024 * 1024;
const FIND = wire.command(wire.C_FIND, wire.WORKLIST, true);
const CREATE = wire.command(wire.N_CREATE, wire.MPPS, true);
const ASKS = wire.associateRequest({ sopClasses: [wire.WORKLIST] });
const TELLS = wire.associateRequest({ sopClasses: [wire.MPPS] });
const asked = (dataSet: Buffer): readonly Buffer[] => [
  ASKS,
  wire.data(FIND, { isCommand: true }),
  wire.data(dataSet, { isCommand: false }),
];

/** Sequences in sequences, none of which ends. */
function nested(depth: number): Buffer {
  const open = Buffer.concat([
    wire.element(0x0040, 0x0100, Buffer.alloc(0), 0xffffffff),
    wire.element(0xfffe, 0xe000, Buffer.alloc(0), 0xffffffff),
  ]);
  return Buffer.concat(Array.from({ length: depth }, () => open));
}

/** What comes over one connection: parts are written one after the other. */
const HOSTILE: readonly (readonly [string, readonly Buffer[]])[] = [
  ['an HTTP request', [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')]],
  ['a TLS handshake', [Buffer.from('16030100c8010000c40303', 'hex'), Buffer.alloc(200)]],
  ['an MLLP frame', [Buffer.from('\x0bMSH|^~\\&|A\r\x1c\r')]],
  ['a PDU of unknown type', [wire.pdu(0x99, Buffer.alloc(100))]],
  ['an endless PDU', [wire.pdu(0x01, Buffer.alloc(1000), 0xffffffff)]],
  ['an association without an item', [wire.pdu(0x01, wire.associateHead('SCANNER1', 'ATHANOR'))]],
  ['an association of two bytes', [wire.pdu(0x01, Buffer.from([0, 1]))]],
  [
    'an item that is longer than its PDU',
    [
      wire.pdu(
        0x01,
        Buffer.concat([wire.associateHead('SCANNER1', 'ATHANOR'), wire.item(0x20, Buffer.alloc(4), 60_000)]),
      ),
    ],
  ],
  [
    '300 presentation contexts',
    [wire.associateRequest({ sopClasses: Array(300).fill(wire.VERIFICATION) as string[] })],
  ],
  ['no presentation context', [wire.associateRequest({ sopClasses: [] })]],
  [
    'PDUs of no length at all',
    [
      wire.associateRequest({ maxLength: 1 }),
      wire.data(wire.command(wire.C_ECHO, wire.VERIFICATION, false), { isCommand: true }),
    ],
  ],
  ['data before the association', [wire.data(Buffer.from('hello'), { isCommand: true })]],
  ['a second association on the same link', [wire.associateRequest(), wire.associateRequest()]],
  ['an answer to nothing', [wire.pdu(0x02, Buffer.alloc(68)), wire.pdu(0x06, Buffer.alloc(4))]],
  ['a fragment longer than its PDU', [ASKS, wire.pdu(0x04, Buffer.from([0, 0, 0xff, 0xff, 1, 3, 1, 2, 3]))]],
  ['a fragment of no length', [ASKS, wire.pdu(0x04, Buffer.from([0, 0, 0, 0]))]],
  ['a presentation context that nobody agreed on', [ASKS, wire.data(FIND, { isCommand: true }, 99)]],
  ['a command set of noise', [ASKS, wire.data(Buffer.alloc(500, 0xab), { isCommand: true })]],
  ['an empty command set', [ASKS, wire.data(Buffer.alloc(0), { isCommand: true })]],
  ['a data set before its command', [ASKS, wire.data(Buffer.alloc(50), { isCommand: false })]],
  ['a command that does not exist', [ASKS, wire.data(wire.command(0x7777, wire.WORKLIST, false), { isCommand: true })]],
  [
    'storing over a worklist context',
    [
      ASKS,
      wire.data(wire.command(wire.C_STORE, wire.WORKLIST, true), { isCommand: true }),
      wire.data(Buffer.alloc(50), { isCommand: false }),
    ],
  ],
  ['an element that is longer than its data set', asked(wire.element(0x0010, 0x0010, Buffer.from('A'), 0x7fffffff))],
  ['an element that is cut', asked(Buffer.from([0x10, 0x00, 0x10]))],
  ['sequences in 20,000 sequences', asked(nested(20_000).subarray(0, 16_000))],
  ['a query of noise', asked(Buffer.alloc(5000, 0xcd))],
  [
    'a query that never ends',
    [
      ASKS,
      wire.data(FIND, { isCommand: true }),
      ...Array.from({ length: 200 }, () =>
        wire.data(wire.element(0x0010, 0x0010, Buffer.alloc(16_000, 0x41)), { isCommand: false, isLast: false }),
      ),
    ],
  ],
  [
    'a step of noise',
    [TELLS, wire.data(CREATE, { isCommand: true }), wire.data(Buffer.alloc(5000, 0xef), { isCommand: false })],
  ],
  ['a step without data', [TELLS, wire.data(wire.command(wire.N_CREATE, wire.MPPS, false), { isCommand: true })]],
  [
    'a change of a step that nobody knows',
    [TELLS, wire.data(wire.command(wire.N_SET, wire.MPPS, false), { isCommand: true })],
  ],
];

describeImaging('the DIMSE listener under attack', () => {
  let imaging: OwnImaging;
  let gateway: GatewayProcess;
  let client: Client;

  beforeAll(async () => {
    imaging = await startOwnImaging();
    ({ gateway } = imaging);
    client = createClient(imaging.server.base);
    await put(scannerEndpoint('scanner', 'SCANNER1'));
    await until(async () => (await echo('SCANNER1')) === 0);
  });
  afterAll(() => imaging.close());

  async function put(resource: Said): Promise<void> {
    const { status, text } = await client('PUT', `Endpoint/${resource.id ?? ''}`, resource);
    if (status !== 200 && status !== 201) throw new Error(text);
  }

  const echo = async (calling: string, called = 'ATHANOR'): Promise<number | null> =>
    (await echoscu({ port: gateway.dicomPort, calling, called })).code;

  async function open(): Promise<Socket> {
    const socket = connect(gateway.dicomPort, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.resume();
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
    return socket;
  }

  async function write(parts: readonly Buffer[]): Promise<Socket> {
    const socket = await open();
    for (const part of parts) {
      socket.write(part);
      await pause(20);
    }
    return socket;
  }

  async function expectUnharmed(): Promise<void> {
    if (!gateway.isAlive()) throw new Error(`the gateway ended: ${gateway.log()}`);
    expect(await echo('SCANNER1')).toBe(0);
    expect(gateway.memory()).toBeLessThan(MOST_MEMORY);
  }

  test.each(HOSTILE)('%s: ends its own link at most', async (_, parts) => {
    const socket = await write(parts);
    await expectUnharmed();
    socket.destroy();
  });

  test('an association that is cut anywhere, noise, and noise after an association', async () => {
    for (let length = 1; length < ASKS.length; length += 7) (await write([ASKS.subarray(0, length)])).destroy();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 3000 }), fc.boolean(), async (noise, isKnown) => {
        (await write([...(isKnown ? [ASKS] : []), Buffer.from(noise)])).destroy();
      }),
      { numRuns: 60 },
    );
    await expectUnharmed();
  });

  test('a conversation in which some bytes are others', async () => {
    const talk = Buffer.concat([
      wire.associateRequest({ sopClasses: [wire.VERIFICATION, wire.WORKLIST, wire.MPPS] }),
      wire.data(FIND, { isCommand: true }, 3),
      wire.data(wire.element(0x0008, 0x0050, Buffer.from('A*')), { isCommand: false }, 3),
      wire.data(CREATE, { isCommand: true }, 5),
      wire.data(wire.element(0x0040, 0x0270, Buffer.alloc(0)), { isCommand: false }, 5),
    ]);
    const change = fc.tuple(fc.nat(talk.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 6 }), async (changes) => {
        const changed = Buffer.from(talk);
        for (const [place, byte] of changes) changed[place] = byte;
        (await write([changed])).destroy();
        expect(gateway.isAlive()).toBe(true);
      }),
      { numRuns: 150 },
    );
    await expectUnharmed();
  });

  test('whom no active Endpoint names, or who calls by another name, is refused', async () => {
    expect(await echo('STRANGER')).not.toBe(0);
    expect(await echo('scanner1')).not.toBe(0);
    expect(await echo('SCANNER1', 'OTHER')).not.toBe(0);
    const elsewhere = JSON.parse(
      JSON.stringify(scannerEndpoint('elsewhere', 'SCANNER2')).replace('"127.0.0.1"', '"10.9.8.7"'),
    ) as Said;
    await put(elsewhere);
    await put({ ...scannerEndpoint('off', 'SCANNER3'), status: 'off' });
    await put(scannerEndpoint('later', 'SCANNER4'));
    await until(async () => (await echo('SCANNER4')) === 0);
    expect(await echo('SCANNER2')).not.toBe(0);
    expect(await echo('SCANNER3')).not.toBe(0);
    await put({ ...scannerEndpoint('later', 'SCANNER4'), status: 'suspended' });
    await until(async () => (await echo('SCANNER4')) !== 0);
  });

  test('500 connections that say nothing, and some that say it slowly, do not keep the others out for long', async () => {
    const silent = await Promise.all(Array.from({ length: 500 }, () => open()));
    const slow = await Promise.all(Array.from({ length: 20 }, () => open()));
    const drip = setInterval(() => slow.forEach((socket) => void socket.write(Buffer.from([1]))), 300);
    try {
      await until(() => silent.every(({ destroyed }) => destroyed));
      await until(async () => (await echo('SCANNER1')) === 0);
    } finally {
      clearInterval(drip);
      for (const socket of [...silent, ...slow]) socket.destroy();
    }
    await expectUnharmed();
  });

  test('what a caller writes does not come into the log', () => {
    expect(gateway.log()).not.toContain('AAAAAAAA');
    for (const line of gateway.log().split('\n').filter(Boolean)) expect(line).toMatch(/^\{/);
  });

  test('the worklist still answers', async () => {
    const { code } = await findWorklist({ port: gateway.dicomPort, calling: 'SCANNER1', called: 'ATHANOR' }, [
      '0008,0050',
    ]);
    expect(code).toBe(0);
  });
});
