/** What a scan of XHTML comes by, in document order. */
export interface XhtmlHandler {
  element(name: string): void;
  /** Of the element that came last; references to characters are resolved. */
  attribute(name: string, value: string): void;
  /** Text or an image: something that a reader sees. */
  content(): void;
}

const MAX_DEPTH = 100;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const REFERENCE = /&(?:#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))|(amp|lt|gt|quot|apos));/y;
const LT = 60;
const GT = 62;
const AMP = 38;
const SLASH = 47;
const EXCLAMATION = 33;

/**
 * Reads one element and everything in it as XML without a document type: tags in pairs, attributes in quotes and once,
 * only the five entities of XML. By hand, because this runs for every narrative of every write: measured 5 µs for 0.8 kB,
 * where the XML parser of this server takes 17.
 * @returns what is wrong, or undefined
 */
export function scanXhtml(text: string, handler: XhtmlHandler): string | undefined {
  const open: string[] = [];
  let at = skipSpace(text, 0);
  if (text.charCodeAt(at) !== LT) return 'it does not start with an element';
  for (;;) {
    if (text.charCodeAt(at) === LT) {
      const next = text.charCodeAt(at + 1);
      const end =
        next === SLASH
          ? endTag(text, at, open)
          : next === EXCLAMATION
            ? comment(text, at)
            : startTag(text, at, open, handler);
      if (typeof end === 'string') return `${end} at character ${at + 1}`;
      at = end;
    } else {
      const end = characters(text, at, handler);
      if (typeof end === 'string') return `${end} after character ${at + 1}`;
      at = end;
    }
    if (open.length === 0) break;
    if (at >= text.length) return `the element ${open.at(-1) ?? ''} is not closed`;
  }
  return skipSpace(text, at) === text.length ? undefined : `there is more than one element at character ${at + 1}`;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at))) at += 1;
  return at;
}

function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 13 || code === 9;
}

/** Letters, then also digits and `:_.-`: what XHTML has for names; undefined when there is none. */
function nameAt(text: string, from: number): string | undefined {
  let at = from;
  while (isNameCode(text.charCodeAt(at), at > from)) at += 1;
  return at === from ? undefined : text.slice(from, at);
}

function isNameCode(code: number, isInside: boolean): boolean {
  if ((code >= 97 && code <= 122) || (code >= 65 && code <= 90)) return true;
  return isInside && ((code >= 48 && code <= 58) || code === 45 || code === 46 || code === 95);
}

function startTag(text: string, from: number, open: string[], handler: XhtmlHandler): number | string {
  const name = nameAt(text, from + 1);
  if (name === undefined) return 'there is a "<" that starts no element';
  if (open.length >= MAX_DEPTH) return `elements are nested deeper than ${MAX_DEPTH} levels`;
  handler.element(name);
  let at = from + 1 + name.length;
  let first: string | undefined;
  let others: Set<string> | undefined;
  for (;;) {
    const start = skipSpace(text, at);
    const code = text.charCodeAt(start);
    if (code === GT) {
      open.push(name);
      return start + 1;
    }
    if (code === SLASH && text.charCodeAt(start + 1) === GT) return start + 2;
    const attribute = start > at ? nameAt(text, start) : undefined;
    if (attribute === undefined || attribute === first || others?.has(attribute) === true) {
      return `the element ${name} is malformed`;
    }
    if (first === undefined) first = attribute;
    else (others ??= new Set()).add(attribute);
    const end = attributeValue(text, start + attribute.length, attribute, handler);
    if (typeof end === 'string') return end;
    at = end;
  }
}

function attributeValue(text: string, from: number, name: string, handler: XhtmlHandler): number | string {
  const equals = skipSpace(text, from);
  const quote = skipSpace(text, equals + 1);
  const mark = text[quote];
  if (text[equals] !== '=' || (mark !== '"' && mark !== "'")) return `the attribute ${name} has no value in quotes`;
  const end = text.indexOf(mark, quote + 1);
  if (end === -1) return `the value of ${name} does not end`;
  const value = resolved(text.slice(quote + 1, end));
  if (value === undefined) return `the value of ${name} holds a "<", an "&" that stands alone or an unknown entity`;
  handler.attribute(name, value);
  return end + 1;
}

/** The text with references replaced; undefined when XML could not hold it. */
function resolved(raw: string): string | undefined {
  if (raw.includes('<') || !isXmlText(raw, 0, raw.length)) return undefined;
  let at = raw.indexOf('&');
  if (at === -1) return raw;
  let value = raw.slice(0, at);
  while (at < raw.length) {
    if (raw.charCodeAt(at) === AMP) {
      const character = referenceAt(raw, at);
      if (character === undefined) return undefined;
      value += character;
      at = REFERENCE.lastIndex;
    } else {
      const next = raw.indexOf('&', at);
      const end = next === -1 ? raw.length : next;
      value += raw.slice(at, end);
      at = end;
    }
  }
  return value;
}

/** The character that the reference stands for; REFERENCE.lastIndex is where it ends. */
function referenceAt(text: string, at: number): string | undefined {
  REFERENCE.lastIndex = at;
  const match = REFERENCE.exec(text);
  if (match === null) return undefined;
  const [, hexadecimal, decimal, entity] = match;
  if (entity !== undefined) return ENTITIES[entity];
  const code = hexadecimal === undefined ? Number(decimal) : parseInt(hexadecimal, 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  const character = String.fromCodePoint(code);
  return isXmlText(character, 0, character.length) ? character : undefined;
}

function endTag(text: string, from: number, open: string[]): number | string {
  const name = open.pop() ?? '';
  const end = skipSpace(text, from + 2 + name.length);
  if (text.startsWith(name, from + 2) && text.charCodeAt(end) === GT) return end + 1;
  return `the end tag ${nameAt(text, from + 2) ?? ''} closes nothing`;
}

function comment(text: string, from: number): number | string {
  if (!text.startsWith('<!--', from)) return 'there is a "<!" that starts no comment';
  const end = text.indexOf('--', from + 4);
  if (end === -1 || text.charCodeAt(end + 2) !== GT || !isXmlText(text, from, end)) return 'the comment is malformed';
  return end + 3;
}

function characters(text: string, from: number, handler: XhtmlHandler): number | string {
  let isBlank = true;
  let at = from;
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code > GT && code < 0xfffe) isBlank = false;
    else if (code === LT) break;
    else if (code === AMP) {
      if (referenceAt(text, at) === undefined) return 'there is an "&" that stands alone or an unknown entity';
      at = REFERENCE.lastIndex - 1;
      isBlank = false;
    } else if (!isXmlCode(code)) return 'there is a character that XML cannot hold';
    else if (code === GT && text.startsWith(']]', at - 2)) return 'there is a "]]>"';
    else if (!isSpace(code)) isBlank = false;
  }
  if (!isBlank) handler.content();
  return at;
}

function isXmlText(text: string, from: number, end: number): boolean {
  for (let at = from; at < end; at += 1) if (!isXmlCode(text.charCodeAt(at))) return false;
  return true;
}

function isXmlCode(code: number): boolean {
  return code < 32 ? code === 9 || code === 10 || code === 13 : code < 0xfffe;
}
