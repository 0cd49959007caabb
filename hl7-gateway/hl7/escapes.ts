import { isAscii, isUtf8 } from 'node:buffer';
import { decodeBytes } from './charset.ts';
import type { Delimiters } from './parsed-message.ts';

/** More lines or spaces than any text needs, so that a short sequence cannot become a long text. */
const MAX_BLANKS = 20;

/**
 * Text as people mean it: HL7 v2.5.1 §2.7. Read are F S T R E P, X (hexadecimal bytes of the message's charset), C and M (switches
 * of ISO 2022), H and N (highlighting, dropped) and the formatting commands. What is unknown, locally defined (Z) or a lone escape
 * character stays as it was typed. U+0000 becomes U+FFFD.
 * @param charset WHATWG label of what X sequences are written in
 */
export function unescapeText(text: string, delimiters: Delimiters, charset = 'utf-8'): string {
  const { escape } = delimiters;
  if (escape === '' || !text.includes(escape)) return storable(text);
  return storable(
    replaceAll(switchCharsets(text, escape), sequences(escape), (sequence) => meaning(sequence, delimiters, charset)),
  );
}

/** Pieces that are put together at once. */
const PIECES = 10_000;

/** As `replace` does, which keeps all pieces of a text with millions of sequences in memory. */
function replaceAll(text: string, pattern: RegExp, replacement: (sequence: string) => string | undefined): string {
  let done = '';
  let pieces: string[] = [];
  let last = 0;
  for (const match of text.matchAll(pattern)) {
    const [typed, sequence = ''] = match;
    pieces.push(text.slice(last, match.index), replacement(sequence) ?? typed);
    last = match.index + typed.length;
    if (pieces.length < PIECES) continue;
    done += pieces.join('');
    pieces = [];
  }
  return done + pieces.join('') + text.slice(last);
}

/** Without U+0000, which neither FHIR nor the database can hold. */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}

/** Patterns that are kept. A sender chooses the delimiters: as many as there are characters, which is no use to keep. */
const MOST_KEPT = 100;

const patterns = new Map<string, RegExp>();

function sequences(escape: string): RegExp {
  let pattern = patterns.get(escape);
  if (pattern === undefined) {
    const mark = quoted(escape);
    pattern = new RegExp(`${mark}([FSTREPHN]|X(?:[0-9A-Fa-f]{2})+|\\.[A-Za-z]{2}[ ]?[+-]?[0-9]{0,5})${mark}`, 'g');
    if (patterns.size < MOST_KEPT) patterns.set(escape, pattern);
  }
  return pattern;
}

/** For a regular expression. */
function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function meaning(sequence: string, delimiters: Delimiters, charset: string): string | undefined {
  switch (sequence.charAt(0)) {
    case 'F':
      return delimiters.field;
    case 'S':
      return delimiters.component;
    case 'T':
      return delimiters.subcomponent;
    case 'R':
      return delimiters.repetition;
    case 'E':
      return delimiters.escape;
    case 'P':
      return delimiters.truncation;
    case 'H':
    case 'N':
      return '';
    case 'X':
      return bytesAsText(Buffer.from(sequence.slice(1), 'hex'), charset);
    default:
      return formatting(sequence.slice(1, 3).toLowerCase(), Number(sequence.slice(3).trim()));
  }
}

/** Senders write X sequences in UTF-8 whatever MSH-18 says, too: what is UTF-8 beyond ASCII is hardly ever anything else. */
function bytesAsText(bytes: Buffer, charset: string): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  return decodeBytes(bytes, isUtf8(bytes) ? 'utf-8' : charset === 'utf-8' ? 'windows-1252' : charset).text;
}

/** The commands of formatted text (FT) as plain text; `undefined` for what is none. */
function formatting(command: string, count: number): string | undefined {
  if (Number.isNaN(count) || count > MAX_BLANKS) return undefined;
  switch (command) {
    case 'br':
    case 'ce':
      return '\n';
    case 'sp':
      return '\n'.repeat(Math.max(count, 1));
    case 'in':
    case 'ti':
    case 'sk':
      return ' '.repeat(Math.max(count, 0));
    case 'fi':
    case 'nf':
      return '';
    default:
      return undefined;
  }
}

/**
 * What stands between a switch to a set of ISO-2022-JP and the next switch is written in that set, although its bytes look like
 * ASCII: C2842 and C284A back to ASCII, M2440 and M2442 to JIS X 0208 (HL7 v2.5.1 §2.7.2). Other sets stay as typed.
 */
function switchCharsets(text: string, escape: string): string {
  if (!text.includes(`${escape}M24`) && !text.includes(`${escape}C28`)) return text;
  const mark = quoted(escape);
  const pieces = text.split(new RegExp(`${mark}(C28(?:42|4[Aa])|M24(?:40|42))${mark}`));
  let result = pieces[0] ?? '';
  for (let at = 1; at < pieces.length; at += 2) {
    const code = (pieces[at] ?? '').slice(1);
    const written = pieces[at + 1] ?? '';
    result += code.startsWith('24') ? japanese(code, written) : written;
  }
  return result;
}

function japanese(code: string, written: string): string {
  const bytes = Buffer.concat([Uint8Array.of(0x1b), Buffer.from(code, 'hex'), Buffer.from(written, 'latin1')]);
  return decodeBytes(bytes, 'iso-2022-jp').text;
}

/**
 * So that it can stand in a field: delimiters as F S T R E (and P), control characters as X. Nothing else is written. Where no
 * escape character is in use, a space takes their place.
 */
export function escapeText(text: string, delimiters: Delimiters): string {
  const { escape } = delimiters;
  const { special, letters } = escapingOf(delimiters);
  if (text.search(special) === -1) return text;
  if (escape === '') return text.replace(special, ' ');
  return text.replace(special, (character) => {
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0');
    return `${escape}${letters.get(character) ?? `X${code}`}${escape}`;
  });
}

interface Escaping {
  /** What must not stand in a field. */
  readonly special: RegExp;
  readonly letters: ReadonlyMap<string, string>;
}

const escapings = new Map<string, Escaping>();

function escapingOf(delimiters: Delimiters): Escaping {
  const { field, component, repetition, escape, subcomponent, truncation = '' } = delimiters;
  const all = [field, component, repetition, escape, subcomponent, truncation];
  const key = all.join('\n');
  let escaping = escapings.get(key);
  if (escaping === undefined) {
    const inUse = all.filter((character) => character !== '');
    escaping = {
      special: new RegExp(`${inUse.map(quoted).join('|')}|[^ -~\\u0080-\\uffff]`, 'g'),
      letters: new Map([
        [truncation, 'P'],
        [subcomponent, 'T'],
        [repetition, 'R'],
        [component, 'S'],
        [field, 'F'],
        [escape, 'E'],
      ]),
    };
    if (escapings.size < MOST_KEPT) escapings.set(key, escaping);
  }
  return escaping;
}
