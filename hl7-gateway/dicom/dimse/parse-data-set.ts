import { attributeAt } from './attributes.ts';

/** An element of a data set: bytes, or the items of a sequence. */
export interface ParsedElement {
  readonly tag: number;
  readonly value: Buffer | readonly (readonly ParsedElement[])[];
}

/** Nesting beyond this is no worklist query and no performed step. */
const DEPTH = 8;
const UNDEFINED = 0xffffffff;

/** With 32 bits of length: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_7.1.2.html */
const LONG = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));
const SHORT = new Set('AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));

const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;

interface Header {
  readonly tag: number;
  /** Undefined in implicit form. */
  readonly vr: string | undefined;
  readonly length: number;
  /** Where its value begins. */
  readonly start: number;
}

interface Range {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly isExplicit: boolean;
  readonly depth: number;
}

interface Parsed<T> {
  readonly found: T;
  /** Where it ends. */
  readonly end: number;
}

class Malformed extends Error {}

/**
 * The elements of a data set, all lengths of which are right; undefined for bytes that are none. A reader that takes less exactly
 * would leave out what it does not understand, and a query with fewer keys finds more.
 * @param isExplicit Explicit VR Little Endian, else Implicit VR Little Endian
 */
export function parseDataSet(bytes: Buffer, isExplicit: boolean): readonly ParsedElement[] | undefined {
  try {
    return elements({ bytes, from: 0, to: bytes.length, isExplicit, depth: 0 }, undefined).found;
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/** @param mark the delimiter that they end with; undefined: with the range */
function elements(range: Range, mark: number | undefined): Parsed<readonly ParsedElement[]> {
  if (range.depth > DEPTH) throw new Malformed();
  const found: ParsedElement[] = [];
  let at = range.from;
  let last = -1;
  while (at < range.to) {
    const header = headerAt(range, at);
    if (header.tag === mark) {
      if (header.length !== 0) throw new Malformed();
      return { found, end: header.start };
    }
    // In ascending order: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_7.1.html
    if (header.tag >= ITEM || header.tag <= last) throw new Malformed();
    last = header.tag;
    const { found: value, end } = valueOf(range, header);
    found.push({ tag: header.tag, value });
    at = end;
  }
  if (mark !== undefined) throw new Malformed();
  return { found, end: at };
}

function headerAt({ bytes, to, isExplicit }: Range, at: number): Header {
  if (at + 8 > to) throw new Malformed();
  const tag = bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
  // Items and their ends have no VR, whatever the form.
  if (!isExplicit || tag >= ITEM) return { tag, vr: undefined, length: bytes.readUInt32LE(at + 4), start: at + 8 };
  const vr = bytes.toString('latin1', at + 4, at + 6);
  if (SHORT.has(vr)) return { tag, vr, length: bytes.readUInt16LE(at + 6), start: at + 8 };
  if (!LONG.has(vr) || at + 12 > to) throw new Malformed();
  return { tag, vr, length: bytes.readUInt32LE(at + 8), start: at + 12 };
}

function valueOf(range: Range, { tag, vr, length, start }: Header): Parsed<ParsedElement['value']> {
  if (length === UNDEFINED) {
    if (vr !== undefined && vr !== 'SQ') throw new Malformed();
    return items({ ...range, from: start }, true);
  }
  const to = start + length;
  if (to > range.to || length % 2 !== 0) throw new Malformed();
  const inner = { ...range, from: start, to };
  return isSequence(inner, vr ?? attributeAt(tag)?.vr)
    ? items(inner, false)
    : { found: range.bytes.subarray(start, to), end: to };
}

/** In implicit form nothing says that an unknown value is a sequence; but no text begins with the bytes of an item. */
function isSequence({ bytes, from, to }: Range, vr: string | undefined): boolean {
  return vr === undefined ? from + 8 <= to && bytes.readUInt32LE(from) === 0xe000fffe : vr === 'SQ';
}

function items(range: Range, isDelimited: boolean): Parsed<readonly (readonly ParsedElement[])[]> {
  const found: (readonly ParsedElement[])[] = [];
  let at = range.from;
  while (at < range.to) {
    const { tag, length, start } = headerAt(range, at);
    if (isDelimited && tag === SEQUENCE_END && length === 0) return { found, end: start };
    if (tag !== ITEM) throw new Malformed();
    const hasEnd = length === UNDEFINED;
    if (!hasEnd && start + length > range.to) throw new Malformed();
    const inner = { ...range, from: start, to: hasEnd ? range.to : start + length, depth: range.depth + 1 };
    const item = elements(inner, hasEnd ? ITEM_END : undefined);
    found.push(item.found);
    at = item.end;
  }
  if (isDelimited) throw new Malformed();
  return { found, end: at };
}
