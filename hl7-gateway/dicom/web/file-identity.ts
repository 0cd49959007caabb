/** Of which study and patient a DICOM file is. */
export interface FileIdentity {
  readonly study: string;
  /** '' where it is empty, or not there. */
  readonly patientId: string;
}

/** Undefined: as much of the file as there is does not tell yet. */
export type IdentityRead = FileIdentity | undefined;

/** No DICOM file, or one in a form that is not read here. */
export class BadFile extends Error {
  override readonly name = 'BadFile';
}

const PREAMBLE = 128;
const TRANSFER_SYNTAX = 0x00020010;
const PATIENT_ID = 0x00100020;
const STUDY_UID = 0x0020000d;
const ITEM = 0xfffee000;
const ITEM_END = 0xfffee00d;
const SEQUENCE_END = 0xfffee0dd;
const UNDEFINED = 0xffffffff;
const MOST_NESTED = 16;
const IMPLICIT = '1.2.840.10008.1.2';
/** Packed as a whole, and with the high byte first. */
const NOT_READ = ['1.2.840.10008.1.2.1.99', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2.8.1'];
/** Whose length has four bytes. https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_7.1.2.html */
const LONG = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ', 'SV', 'UC', 'UN', 'UR', 'UT', 'UV']);

/** The bytes end before what is read. */
class Short extends Error {}

interface Element {
  readonly tag: number;
  readonly vr: string;
  readonly length: number;
  /** Of its value. */
  readonly at: number;
}

/**
 * Reads the begin of a DICOM file. https://dicom.nema.org/medical/dicom/current/output/chtml/part10/chapter_7.html
 * @throws BadFile
 */
export function readIdentity(bytes: Buffer): IdentityRead {
  try {
    return identityOf(bytes);
  } catch (error) {
    if (error instanceof Short) return undefined;
    throw error;
  }
}

function identityOf(bytes: Buffer): FileIdentity {
  if (bytes.length < PREAMBLE + 4) throw new Short();
  if (bytes.toString('latin1', PREAMBLE, PREAMBLE + 4) !== 'DICM') throw new BadFile('no DICOM file');
  const { at: start, syntax } = afterMeta(bytes);
  if (NOT_READ.includes(syntax)) throw new BadFile('a form that is not read here');
  const isImplicit = syntax === IMPLICIT;
  let patientId = '';
  let last = 0;
  for (let at = start; ;) {
    const element = elementAt(bytes, at, isImplicit);
    // Twice, or out of order, it could say one thing to us and another one to the PACS.
    if (element.tag <= last) throw new BadFile('elements are not in order');
    last = element.tag;
    if (element.tag > STUDY_UID) throw new BadFile('no study');
    if (element.tag === PATIENT_ID) patientId = valueOf(bytes, element);
    if (element.tag === STUDY_UID) {
      expectNext(bytes, element, isImplicit);
      return { study: valueOf(bytes, element), patientId };
    }
    at = endOf(bytes, element, isImplicit, 0);
  }
}

function expectNext(bytes: Buffer, element: Element, isImplicit: boolean): void {
  const at = endOf(bytes, element, isImplicit, 0);
  if (elementAt(bytes, at, isImplicit).tag <= element.tag) throw new BadFile('elements are not in order');
}

/** The file's meta information is written in one way always. */
function afterMeta(bytes: Buffer): { readonly at: number; readonly syntax: string } {
  let syntax = '';
  for (let at = PREAMBLE + 4; ;) {
    if (bytes.length < at + 8) throw new Short();
    if (bytes.readUInt16LE(at) !== 2) {
      if (syntax === '') throw new BadFile('no transfer syntax');
      return { at, syntax };
    }
    const element = elementAt(bytes, at, false);
    if (element.tag === TRANSFER_SYNTAX) syntax = valueOf(bytes, element);
    at = endOf(bytes, element, false, 0);
  }
}

function elementAt(bytes: Buffer, at: number, isImplicit: boolean): Element {
  if (bytes.length < at + 8) throw new Short();
  const tag = bytes.readUInt16LE(at) * 0x10000 + bytes.readUInt16LE(at + 2);
  const isDelimiter = tag >= ITEM && tag <= SEQUENCE_END;
  if (isImplicit || isDelimiter) return { tag, vr: '', length: bytes.readUInt32LE(at + 4), at: at + 8 };
  const vr = bytes.toString('latin1', at + 4, at + 6);
  if (!/^[A-Z]{2}$/.test(vr)) throw new BadFile('no value representation');
  if (!LONG.has(vr)) return { tag, vr, length: bytes.readUInt16LE(at + 6), at: at + 8 };
  if (bytes.length < at + 12) throw new Short();
  return { tag, vr, length: bytes.readUInt32LE(at + 8), at: at + 12 };
}

/** Where the next element begins. */
function endOf(bytes: Buffer, { vr, length, at }: Element, isImplicit: boolean, depth: number): number {
  if (length !== UNDEFINED) return at + length;
  if (depth > MOST_NESTED) throw new BadFile('sequences too deep in each other');
  // What is of unknown representation is written without them. https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.2.html
  const isBare = isImplicit || vr === 'UN';
  for (let place = at; ;) {
    const item = elementAt(bytes, place, true);
    if (item.tag === SEQUENCE_END) return item.at + item.length;
    if (item.tag !== ITEM) throw new BadFile('no item');
    place = item.length === UNDEFINED ? endOfItem(bytes, item.at, isBare, depth) : item.at + item.length;
  }
}

function endOfItem(bytes: Buffer, start: number, isImplicit: boolean, depth: number): number {
  for (let at = start; ;) {
    const element = elementAt(bytes, at, isImplicit);
    if (element.tag === ITEM_END) return element.at + element.length;
    at = endOf(bytes, element, isImplicit, depth + 1);
  }
}

function valueOf(bytes: Buffer, { at, length }: Element): string {
  if (length > 1024) throw new BadFile('a value is too long');
  if (bytes.length < at + length) throw new Short();
  return bytes
    .toString('latin1', at, at + length)
    .replace(/[\0 ]+$/, '')
    .trim();
}
