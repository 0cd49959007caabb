import { readDelimiters } from './delimiters.ts';
import { ParseFailure } from './parse-failure.ts';
import type { ParsedMessage, ParsedSegment } from './parsed-message.ts';
import { segmentOf, type Writing } from './segment-text.ts';
import { structureOf } from './structures.ts';
import { nearestVersion } from './versions.ts';

export interface ParseOptions {
  /** WHATWG label of what the message was written in, for its X sequences; `utf-8` by default. */
  readonly charset?: string;
}

/**
 * Reads a message without changing anything of it. Segments end with CR, LF or CRLF; a line that cannot be a segment goes on with
 * the one before (text with line ends of its own). Any content is taken as it is.
 * @throws ParseFailure where MSH does not come first (100), has no separator (101), or comes again (100): several messages in one
 * text are several messages; and where there is more of segments or header than anybody sends (100)
 */
export function parseMessage(text: string, options: ParseOptions = {}): ParsedMessage {
  const start = text.length - text.trimStart().length;
  if (text.slice(start, start + 3).toUpperCase() !== 'MSH') {
    throw new ParseFailure('the message does not begin with MSH', 'MSH', '100');
  }
  const writing: Writing = { delimiters: readDelimiters(text.slice(start)), charset: options.charset ?? 'utf-8' };
  const segments = splitSegments(text, start, writing);
  const header = segments[0];
  if (header === undefined) throw new ParseFailure('the message does not begin with MSH', 'MSH', '100');
  if (header.raw.length > MAX_HEADER) throw new ParseFailure('the header is too long', 'MSH', '100');
  if (segments.some(({ name, index }) => name === 'MSH' && index > 0)) {
    throw new ParseFailure('the text holds more than one message', 'MSH^2', '100');
  }
  const event = eventOf(header, segments);
  const versionSent = header.get(12, 1).trim();
  return {
    raw: text,
    delimiters: writing.delimiters,
    segments,
    header,
    event,
    versionSent,
    version: nearestVersion(versionSent),
    structure: header.get(9, 1, 3).trim() || structureOf(event),
    controlId: header.get(10, 1),
  };
}

/** As it was received; with a terminator, every segment followed by that one: CR is what goes over the wire. */
export function serializeMessage(message: ParsedMessage, terminator?: '\r' | '\n' | '\r\n'): string {
  if (terminator === undefined) return message.raw;
  return message.segments.map(({ raw }) => raw + terminator).join('');
}

/** Frames of nothing but segments would fill the memory; the longest messages that are known have some 10,000. */
const MAX_SEGMENTS = 100_000;
/** Characters of MSH, which is read before it is known who sends it. */
const MAX_HEADER = 65_536;

function splitSegments(text: string, start: number, writing: Writing): ParsedSegment[] {
  const { field } = writing.delimiters;
  const lineEnd = lineEnds(text);
  const spans: { name: string; start: number; end: number }[] = [];
  for (let at = start; at < text.length;) {
    const end = lineEnd(at);
    if (end === at) {
      at += 1;
      continue;
    }
    const name = segmentName(text, at, end, field);
    const last = spans.at(-1);
    if (name !== undefined) {
      if (spans.length === MAX_SEGMENTS) throw new ParseFailure('the message has too many segments', 'MSH', '100');
      spans.push({ name, start: at, end });
    } else if (last !== undefined && text.slice(at, end).trim() !== '') last.end = end;
    at = end + 1;
  }
  return spans.map((span, index) => segmentOf(span.name, text.slice(span.start, span.end), index, writing));
}

/** Finds the next CR or LF again and again, each looked for once. */
function lineEnds(text: string): (from: number) => number {
  const next = (terminator: string, from: number): number => {
    const at = text.indexOf(terminator, from);
    return at === -1 ? text.length : at;
  };
  let cr = -1;
  let lf = -1;
  return (from) => {
    if (cr < from) cr = next('\r', from);
    if (lf < from) lf = next('\n', from);
    return Math.min(cr, lf);
  };
}

/** Three letters and digits before a field separator, or alone on a line. */
function segmentName(text: string, start: number, end: number, field: string): string | undefined {
  let from = start;
  while (from < end && (text.charAt(from) === ' ' || text.charAt(from) === '\t')) from += 1;
  const name = text.slice(from, Math.min(from + 3, end));
  if (from + 3 === end) return /^[A-Z][A-Z0-9]{2}$/.test(name) ? name : undefined;
  return text.startsWith(field, from + 3) && /^[A-Za-z][A-Za-z0-9]{2}$/.test(name) ? name.toUpperCase() : undefined;
}

/** What MSH-9 leaves out, messages of 2.1 and 2.2 say in EVN-1. */
function eventOf(header: ParsedSegment, segments: readonly ParsedSegment[]): string {
  const type = header.get(9, 1, 1).trim();
  const trigger =
    header.get(9, 1, 2).trim() ||
    (segments
      .find(({ name }) => name === 'EVN')
      ?.get(1, 1, 1)
      .trim() ??
      '');
  return trigger === '' ? type : `${type}^${trigger}`;
}
