import { createHash } from 'node:crypto';

/** One JSON value of the input with its place. */
export interface Line {
  /** Name of the file. */
  readonly source: string;
  /** 1-based. */
  readonly number: number;
  /** Stands for this text at this place: a hash over everything from the start of the file up to the end of the line. */
  readonly key: string;
  readonly bytes: Uint8Array;
}

const NEWLINE = 10;
/** A JSON text must fit into one JavaScript string (V8: 2^29 - 24 characters). */
const MAX_LINE = 256 * 1024 * 1024;

/**
 * The lines of an NDJSON text, or the whole text as one line when it is a JSON document spread over lines. Empty lines
 * count but do not come.
 * @throws Error when a line is longer than 256 MiB
 */
export async function* readLines(source: string, content: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  const hash = createHash('sha256');
  let parts: Buffer[] = [];
  let length = 0;
  let number = 0;
  let document: boolean | undefined;

  const take = (): Line | undefined => {
    number += 1;
    const text = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts, length);
    parts = [];
    length = 0;
    hash.update(text);
    if (isBlank(text)) return undefined;
    // Copied, so that the line can move to another thread without the buffer it was cut from.
    return { source, number, key: uuidOf(hash.copy().digest()), bytes: new Uint8Array(text) };
  };
  const add = (part: Buffer): void => {
    parts.push(part);
    length += part.length;
    if (length > MAX_LINE) throw new Error(`${source}, line ${number + 1} is longer than ${MAX_LINE} bytes`);
  };

  for await (const chunk of content) {
    let start = 0;
    while (document !== true) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      add(chunk.subarray(start, end + 1));
      start = end + 1;
      document ??= parts.every(isBlank) ? undefined : !isWhole(Buffer.concat(parts, length));
      if (document === true) break;
      const line = take();
      if (line !== undefined) yield line;
    }
    if (start < chunk.length) add(chunk.subarray(start));
  }
  if (length > 0) {
    const line = take();
    if (line !== undefined) yield line;
  }
}

function isBlank(text: Buffer): boolean {
  for (const byte of text) if (byte !== 32 && byte !== 13 && byte !== NEWLINE && byte !== 9) return false;
  return true;
}

/** Whether a first line is an object of its own, and not the beginning of a document in many lines. */
function isWhole(line: Buffer): boolean {
  const text = line.toString('latin1').trim();
  return text.endsWith('}') && text.length > 1;
}

/** 128 bits of a digest in the form of PostgreSQL's 16-byte type. */
export function uuidOf(digest: Buffer): string {
  return digest.toString('hex', 0, 16);
}
