import * as fc from 'fast-check';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from '../../harness/eventually.ts';
import { ROOT } from '../../architecture/source-files.ts';
import { fuzzedFrame } from './fuzzed-frames.ts';
import { framed, openRawLink, VT, type RawLink } from './raw-link.ts';
import type { WireReport, WireState } from './wire-server.fixture.ts';

const PROBE = 'MSH|^~\\&|A|B|C|D|2024||ADT^A01|probe|P|2.5\r';

export interface FuzzOptions {
  readonly frames: number;
  readonly seed: number;
  /** Links that have begun a frame and do not end it. */
  readonly halfOpen: number;
  /** Bytes of one large frame among the others. */
  readonly largest: number;
}

export interface FuzzOutcome extends WireState {
  /** Whether a sound message was answered on a link of its own after all that. */
  readonly answersStill: boolean;
}

/**
 * Sends frames that are broken in all kinds of ways over many links to a server in a process of its own, while others hold halves of
 * frames. @throws Error when that process ends
 */
export async function fuzzWire({ frames, seed, halfOpen, largest }: FuzzOptions): Promise<FuzzOutcome> {
  const program = join(ROOT, 'test/hl7/wire/wire-server.fixture.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const peers: RawLink[] = [];
  try {
    const first = await report(child);
    const port = 'port' in first ? first.port : 0;
    peers.push(...(await Promise.all(Array.from({ length: halfOpen }, () => openRawLink(port)))));
    for (const peer of peers) peer.write(VT + PROBE);
    await sendAll(port, fc.sample(fuzzedFrame, { seed, numRuns: frames }));
    await sendLarge(port, largest);
    const probe = await openRawLink(port);
    peers.push(probe);
    probe.write(framed(PROBE));
    await until(() => probe.received().endsWith('\x1c\r') || probe.isClosed());
    child.send('report');
    const state = await report(child);
    if ('port' in state) throw new Error('the server began anew');
    return { ...state, answersStill: probe.received().includes('MSA|AA|probe') };
  } finally {
    for (const { socket } of peers) socket.destroy();
    child.kill('SIGKILL');
  }
}

/** The next thing that the process tells. */
async function report(child: ChildProcess): Promise<WireReport> {
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('the server ended')));
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [WireReport];
  ended.catch(() => undefined);
  return message;
}

/** Frames of one link, in chunks of which most are parts of frames. */
const PER_LINK = 50;

async function sendAll(port: number, frames: readonly Buffer[]): Promise<void> {
  for (let at = 0; at < frames.length; at += PER_LINK) {
    const peer = await openRawLink(port);
    const bytes = Buffer.concat(frames.slice(at, at + PER_LINK));
    for (let from = 0; from < bytes.length && !peer.socket.destroyed;) {
      const size = 1 + ((from * 7919) % 1500);
      await write(peer, bytes.subarray(from, from + size));
      from += size;
    }
    // Every third link breaks off, the others wait for their replies.
    if (at % (3 * PER_LINK) === 0) peer.socket.destroy();
    else peer.socket.end();
    await until(() => peer.isClosed());
  }
}

/** Waits until it is written, or cannot be. */
function write(peer: RawLink, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => peer.socket.write(bytes, () => resolve()));
}

async function sendLarge(port: number, size: number): Promise<void> {
  const peer = await openRawLink(port);
  peer.write(`${VT}MSH|^~\\&|A|B|C|D|2024||MDM^T02|large|P|2.5\rOBX|1|ED|||^^^Base64^`);
  const chunk = Buffer.alloc(65_536, 'QUJD');
  for (let sent = 0; sent < size; sent += chunk.length) await write(peer, chunk);
  peer.write('\x1c\r');
  await until(() => peer.received().includes('MSA|AA|large') || peer.isClosed());
  peer.socket.destroy();
}
