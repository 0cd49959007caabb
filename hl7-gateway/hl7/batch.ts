import { isUtf8 } from 'node:buffer';
import { buildMessage, type OutgoingField, type OutgoingSegment } from './build-message.ts';
import { readDelimiters, STANDARD_DELIMITERS } from './delimiters.ts';
import type { ReplyError } from './error-segment.ts';
import type { ParsedSegment } from './parsed-message.ts';
import { segmentOf } from './segment-text.ts';
import { utcTimestamp } from './timestamp.ts';

/** What came in one frame or file. */
export interface Batch {
  /** Whether it is more than one plain message, so that one batch answers it. */
  readonly isBatch: boolean;
  /** The bytes of each message as they came. What stands before the first is part of it, which is refused for it. */
  readonly messages: readonly Uint8Array[];
  /** What is wrong with the batch itself; the messages are good all the same. */
  readonly faults: readonly ReplyError[];
  readonly file?: ParsedSegment;
  readonly batch?: ParsedSegment;
}

const NAMES = ['MSH', 'FHS', 'BHS', 'BTS', 'FTS'] as const;
type Name = (typeof NAMES)[number];

/** Takes frames and files apart (FHS, BHS … BTS, FTS: HL7 v2.5.1 §2.10.3); also several messages that nothing wraps. */
export function splitBatch(bytes: Uint8Array): Batch {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const parts = partsOf(buffer);
  const messages = parts.filter(({ name }) => name === 'MSH').map(({ text }) => text);
  const isBatch = parts.some(({ name }) => name !== 'MSH');
  if (!isBatch) return { isBatch: messages.length > 1, messages, faults: [] };
  const file = headerOf(parts, 'FHS');
  const batch = headerOf(parts, 'BHS');
  return {
    isBatch,
    messages,
    faults: faultsOf(parts),
    ...(file === undefined ? {} : { file }),
    ...(batch === undefined ? {} : { batch }),
  };
}

/** Messages and segments of a batch, at most. */
const MAX_PARTS = 50_000;

/** A message, or one segment of the batch. */
interface Part {
  readonly name: Name;
  readonly text: Buffer;
}

function partsOf(buffer: Buffer): Part[] {
  const starts = NAMES.flatMap((name) => placesOf(buffer, name).map((at) => ({ name, at }))).sort(
    (a, b) => a.at - b.at,
  );
  // Refused as a whole: each of them would be kept, answered and worked on by itself.
  if (starts.length > MAX_PARTS) return [{ name: 'MSH', text: buffer }];
  const [first] = starts;
  // A byte order mark stays with what it marks, and what is no message spoils the one after it only.
  if (first !== undefined && (first.name === 'MSH' || isBlank(buffer.subarray(0, first.at)))) first.at = 0;
  else starts.unshift({ name: 'MSH', at: 0 });
  return starts.map(({ name, at }, index) => ({ name, text: buffer.subarray(at, starts[index + 1]?.at) }));
}

/** Where a line begins with the name and a field separator, or is the name of a trailer. */
function placesOf(buffer: Buffer, name: Name): number[] {
  const following = name === 'BTS' || name === 'FTS' ? /^[^\p{L}\p{N}]/u : /^[^\p{L}\p{N}\r\n]/u;
  const places: number[] = [];
  for (let at = buffer.indexOf(name); at !== -1; at = buffer.indexOf(name, at + 3)) {
    const next = String.fromCharCode(buffer[at + 3] ?? 13);
    if (isLineStart(buffer, at) && following.test(next)) places.push(at);
  }
  return places;
}

function isLineStart(buffer: Buffer, at: number): boolean {
  const before = buffer[at - 1];
  return before === undefined || before === 13 || before === 10 || (at < 16 && isBlank(buffer.subarray(0, at)));
}

/** White space, VT and byte order marks. */
function isBlank(bytes: Buffer): boolean {
  return bytes.toString('utf8').trim() === '';
}

function headerOf(parts: readonly Part[], name: Name): ParsedSegment | undefined {
  const part = parts.find((candidate) => candidate.name === name);
  return part === undefined ? undefined : segmentAt(part);
}

/** The first line of a part. */
function segmentAt({ name, text }: Part, delimiters = readDelimitersOf(text)): ParsedSegment {
  const [line = ''] = textOf(text)
    .trimStart()
    .split(/[\r\n]/, 1);
  return segmentOf(name, line, 0, { delimiters, charset: 'utf-8' });
}

function readDelimitersOf(text: Buffer) {
  return readDelimiters(textOf(text.subarray(0, 1024)).trimStart());
}

function textOf(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

function faultsOf(parts: readonly Part[]): ReplyError[] {
  const faults: ReplyError[] = [];
  const told = (location: string, text: string) => faults.push({ location, code: '100', severity: 'W', text });
  const count = { BTS: 0, FTS: 0 };
  const open = { BTS: false, FTS: false };
  let delimiters = STANDARD_DELIMITERS;
  for (const part of parts) {
    const { name } = part;
    if (name === 'MSH') count.BTS += 1;
    else if (name === 'BTS' || name === 'FTS') {
      const sent = segmentAt(part, delimiters).get(1, 1).trim();
      const what = name === 'BTS' ? 'messages' : 'batches';
      if (!open[name]) told(name, `${name} ends what did not begin`);
      if (sent !== '' && Number(sent) !== count[name])
        told(`${name}^1^1`, `${name}-1 does not tell the ${count[name]} ${what} that came`);
      if (name === 'BTS') count.FTS += 1;
      open[name] = false;
      count[name] = 0;
    } else {
      const end = name === 'BHS' ? 'BTS' : 'FTS';
      if (open[end]) told(name, `${name} begins before ${end} came`);
      open[end] = true;
      count[end] = 0;
      delimiters = readDelimitersOf(part.text);
    }
  }
  if (open.BTS) told('BTS', 'the batch does not end with BTS');
  if (open.FTS) told('FTS', 'the file does not end with FTS');
  return faults;
}

/**
 * One batch of replies to a batch; in a file if it came in one. What was wrong with the batch itself stands in BTS-2.
 * @param replies texts, none for messages that ask for no reply
 */
export function batchReply(
  { batch, file, faults }: Batch,
  replies: readonly string[],
  options: { readonly controlId: string; readonly at: Date },
): string {
  const comment = faults.map(({ text }) => text).join('; ');
  const headers = [
    ...(file === undefined ? [] : [headerReply('FHS', file, options)]),
    headerReply('BHS', batch ?? file, options),
  ];
  const trailers = [
    buildMessage([['BTS', String(replies.length), comment]]),
    ...(file === undefined ? [] : [buildMessage([['FTS', '1']])]),
  ];
  return [...headers, ...replies, ...trailers].join('');
}

/** Sender and receiver swapped; 11 is our control id, 12 theirs. The texts are written with standard delimiters. */
function headerReply(
  name: 'FHS' | 'BHS',
  sent: ParsedSegment | undefined,
  { controlId, at }: { readonly controlId: string; readonly at: Date },
): string {
  const copy = (field: number): OutgoingField =>
    Array.from({ length: sent?.components(field, 1) ?? 0 }, (_, component) => sent?.get(field, 1, component + 1) ?? '');
  const segment: OutgoingSegment = [
    name,
    copy(5),
    copy(6),
    copy(3),
    copy(4),
    utcTimestamp(at),
    undefined,
    undefined,
    undefined,
    controlId,
    copy(11),
  ];
  return buildMessage([segment]);
}
