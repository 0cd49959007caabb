import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { labelOfName } from './charset-names.ts';
import { readDelimiters } from './delimiters.ts';

/** Which rule told the charset, the strongest first. */
export type CharsetRule = 'partner' | 'bom' | 'msh-18' | 'utf-8' | 'fallback';

export interface CharsetRules {
  /** Overrides what the message says: a WHATWG label. */
  readonly charset?: string;
  /** Where nothing tells: a WHATWG label. */
  readonly fallbackCharset: string;
}

export interface DecodedMessage {
  /** With its byte order mark, if it has one. */
  readonly text: string;
  /** WHATWG label, by which a reply is encoded too. */
  readonly charset: string;
  readonly rule: CharsetRule;
  /** Whether bytes were illegal in what the message says it is written in; they became U+FFFD, or were read by the fallback. */
  readonly hasIllegalBytes: boolean;
  /** A name in MSH-18 that nobody knows. */
  readonly unknownName?: string;
}

const REPLACEMENT = '\ufffd';

/**
 * Bytes to text: by the partner's setting, else a byte order mark (or the zero bytes of UTF-16 and UTF-32), else MSH-18, else as
 * UTF-8 if it is, else by the partner's fallback. Any bytes are read.
 * @throws RangeError for a label that does not exist
 */
export function decodeMessage(bytes: Uint8Array, rules: CharsetRules): DecodedMessage {
  if (rules.charset !== undefined) return decodedBy('partner', bytes, rules.charset);
  const marked = markedCharset(bytes);
  if (marked !== undefined) return decodedBy('bom', bytes, marked);
  const { label, unknownName } = declaredCharset(bytes);
  const decoded = decodeDeclared(bytes, label, rules.fallbackCharset);
  return unknownName === undefined ? decoded : { ...decoded, unknownName };
}

function decodeDeclared(bytes: Uint8Array, label: string | undefined, fallback: string): DecodedMessage {
  if (label === 'us-ascii' && isAscii(bytes)) return decodedBy('msh-18', bytes, label);
  if (label === 'utf-8' && !isUtf8(bytes)) {
    const decoded = decodedBy('msh-18', bytes, label);
    // Not one character beyond ASCII is UTF-8: what the header says is not so, rather than a byte gone wrong.
    return hasOtherThanAscii(decoded.text)
      ? decoded
      : { ...decodedBy('fallback', bytes, fallback), hasIllegalBytes: true };
  }
  if (label !== undefined && label !== 'us-ascii') {
    if (!label.startsWith('iso-8859-') || !bytes.some(isControl)) return decodedBy('msh-18', bytes, label);
    // Nobody writes those control characters: it is UTF-8 in truth, or the Windows set that is like this one.
    return {
      ...(isUtf8(bytes) ? decodedBy('utf-8', bytes, 'utf-8') : decodedBy('msh-18', bytes, label)),
      hasIllegalBytes: true,
    };
  }
  return isUtf8(bytes) ? decodedBy('utf-8', bytes, 'utf-8') : decodedBy('fallback', bytes, fallback);
}

/** C1, which ISO 8859 sets leave to control functions. */
function isControl(byte: number): boolean {
  return byte >= 0x80 && byte < 0xa0;
}

function hasOtherThanAscii(text: string): boolean {
  return /[^\0-\x7f\ufffd]/.test(text);
}

function decodedBy(rule: CharsetRule, bytes: Uint8Array, charset: string): DecodedMessage {
  const { text, isLegal } = decodeBytes(bytes, charset);
  return { text, charset, rule, hasIllegalBytes: !isLegal };
}

/** @throws RangeError for a label that does not exist */
export function decodeBytes(bytes: Uint8Array, charset: string): { readonly text: string; readonly isLegal: boolean } {
  if (charset.startsWith('utf-32')) {
    const text = iconv.decode(Buffer.from(bytes), charset, { stripBOM: false });
    return { text, isLegal: !text.includes(REPLACEMENT) };
  }
  // What most messages are; a decoder takes longer to be made than to read one of them.
  if (charset === 'utf-8' && isUtf8(bytes)) return { text: bufferOf(bytes).toString('utf8'), isLegal: true };
  const decoder = new TextDecoder(charset, { ignoreBOM: true });
  if (decoder.encoding === 'windows-1252') {
    // Node 20 reads it as ISO 8859-1: https://github.com/nodejs/node/issues/56542
    const text = iconv.decode(Buffer.from(bytes), 'windows-1252');
    return { text, isLegal: !text.includes(REPLACEMENT) };
  }
  const text = decoder.decode(bytes);
  return { text, isLegal: !text.includes(REPLACEMENT) || isStrictly(bytes, charset) };
}

/** The same bytes. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A replacement character that was sent is none that stands for bytes. */
function isStrictly(bytes: Uint8Array, charset: string): boolean {
  try {
    new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

const MARKS: readonly (readonly [charset: string, ...bytes: number[]])[] = [
  ['utf-8', 0xef, 0xbb, 0xbf],
  ['utf-32le', 0xff, 0xfe, 0, 0],
  ['utf-32be', 0, 0, 0xfe, 0xff],
  ['utf-16le', 0xff, 0xfe],
  ['utf-16be', 0xfe, 0xff],
  // The letter M.
  ['utf-32le', 0x4d, 0, 0, 0],
  ['utf-32be', 0, 0, 0, 0x4d],
  ['utf-16le', 0x4d, 0],
  ['utf-16be', 0, 0x4d],
];

function markedCharset(bytes: Uint8Array): string | undefined {
  return MARKS.find(([, ...mark]) => mark.every((byte, at) => bytes[at] === byte))?.[0];
}

/** Longer headers are not read to their end. */
const MAX_HEADER = 65_536;

/** MSH-18, whose later repetitions are what escape sequences may switch to. */
function declaredCharset(bytes: Uint8Array): { readonly label?: string; readonly unknownName?: string } {
  const head = bufferOf(bytes).toString('latin1', 0, MAX_HEADER).trimStart();
  const [line = ''] = head.split(/[\r\n]/, 1);
  if (!/^MSH[^\p{L}\p{N}]/u.test(line)) return {};
  const { field, repetition } = readDelimiters(line);
  const declared = line.split(field)[17] ?? '';
  const names = repetition === '' ? [declared] : declared.split(repetition);
  const labels = names.map(labelOfName);
  if (labels.includes('iso-2022-jp')) return { label: 'iso-2022-jp' };
  const named = names.findIndex((name) => name.trim() !== '' && name !== '""');
  if (named === -1) return {};
  const label = labels[named];
  // Without a mark and without zero bytes it is neither of them.
  if (label === 'utf-16' || label === 'utf-32') return {};
  return label === undefined ? { unknownName: (names[named] ?? '').slice(0, 40) } : { label };
}

/**
 * Text to bytes. What the charset does not have is written `?`, and told.
 * @throws RangeError for a label that does not exist
 */
export function encodeMessage(
  text: string,
  charset: string,
): { readonly bytes: Uint8Array; readonly hasUnmappable: boolean } {
  if (charset === 'utf-8') return { bytes: Buffer.from(text, 'utf8'), hasUnmappable: !text.isWellFormed() };
  const bytes = charset === 'iso-2022-jp' ? encodeJapanese(text) : iconv.encode(text, charset, { addBOM: false });
  return { bytes, hasUnmappable: decodeBytes(bytes, charset).text !== text };
}

const ASCII = [0x1b, 0x28, 0x42];
const JIS_X_0208 = [0x1b, 0x24, 0x42];

/** ISO-2022-JP (RFC 1468) by way of EUC-JP, whose two-byte characters are those of JIS X 0208 with the high bits set. */
function encodeJapanese(text: string): Uint8Array {
  const bytes: number[] = [];
  let isDouble = false;
  for (const character of text) {
    const [first = 0x3f, second, third] = iconv.encode(character, 'euc-jp');
    const isJapanese = second !== undefined && third === undefined && first > 0xa0;
    if (isJapanese !== isDouble) bytes.push(...(isJapanese ? JIS_X_0208 : ASCII));
    isDouble = isJapanese;
    if (isJapanese) bytes.push(first & 0x7f, second & 0x7f);
    else bytes.push(second === undefined ? first : 0x3f);
  }
  if (isDouble) bytes.push(...ASCII);
  return Uint8Array.from(bytes);
}
