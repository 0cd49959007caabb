import { attributeOf, type Attribute, type Vr } from './attributes.ts';
import type { DataSet } from './data-set.ts';

/** How answers are written. */
export interface Encoding {
  /** Explicit VR Little Endian, else Implicit VR Little Endian. */
  readonly isExplicit: boolean;
  /** `ISO_IR 192` or `ISO_IR 100`: UTF-8 or Latin alphabet No. 1. */
  readonly charset: Charset;
}

export type Charset = 'ISO_IR 192' | 'ISO_IR 100';

/** With a length of 32 bits, in explicit form: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_7.1.2.html */
const LONG: readonly Vr[] = ['SQ', 'UC', 'UT'];

/** What a short length, or 32 bits less the mark of an undefined one, can say. */
const MOST = 0xfffe;

/**
 * A data set in the bytes of DICOM, sorted by tag, with its character set.
 * @param set with known keywords alone; others are left out
 */
export function encodeDataSet(set: DataSet, encoding: Encoding): Buffer {
  return encodeItem({ ...set, SpecificCharacterSet: encoding.charset }, encoding);
}

/** Whether all its texts can be written in a Latin alphabet. */
export function isLatin1(set: DataSet): boolean {
  return Object.values(set).every((value) =>
    typeof value === 'string' ? /^[\0-\x7f\xa0-\xff]*$/.test(value) : value.every(isLatin1),
  );
}

function encodeItem(set: DataSet, encoding: Encoding): Buffer {
  const known = Object.entries(set).flatMap(([keyword, value]) => {
    const attribute = attributeOf(keyword);
    return attribute === undefined ? [] : [{ attribute, value }];
  });
  known.sort((one, other) => one.attribute.tag - other.attribute.tag);
  return Buffer.concat(known.map(({ attribute, value }) => element(attribute, value, encoding)));
}

function element(attribute: Attribute, value: string | readonly DataSet[], encoding: Encoding): Buffer {
  const bytes = typeof value === 'string' ? padded(value, attribute.vr, encoding.charset) : items(value, encoding);
  const { vr } = attribute;
  if (!encoding.isExplicit) return Buffer.concat([header(attribute, 8, bytes.length), bytes]);
  const isLong = LONG.includes(vr);
  const head = header(attribute, isLong ? 12 : 8, 0);
  head.write(vr, 4, 'latin1');
  if (isLong) {
    head.writeUInt16LE(0, 6);
    head.writeUInt32LE(bytes.length, 8);
  } else {
    head.writeUInt16LE(bytes.length, 6);
  }
  return Buffer.concat([head, bytes]);
}

function header({ tag }: Pick<Attribute, 'tag'>, size: 8 | 12, length: number): Buffer {
  const head = Buffer.alloc(size);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.writeUInt32LE(length, 4);
  return head;
}

/** Of even length: https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_6.2.html */
function padded(text: string, vr: Vr, charset: Charset): Buffer {
  const bytes = Buffer.from(text, charset === 'ISO_IR 192' ? 'utf8' : 'latin1').subarray(0, MOST);
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')]);
}

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part05/sect_7.5.2.html */
function items(sets: readonly DataSet[], encoding: Encoding): Buffer {
  const parts = sets.map((set) => {
    const content = encodeItem(set, encoding);
    return Buffer.concat([header({ tag: 0xfffee000 }, 8, content.length), content]);
  });
  return Buffer.concat(parts);
}
