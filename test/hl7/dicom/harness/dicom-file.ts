/** One data element: number of its tag, value representation, and its value as text, as bytes, or as items of a sequence. */
export interface DataElement {
  /** Group and element, such as 0x00100020. */
  readonly tag: number;
  readonly vr: string;
  readonly value: string | number | Buffer | readonly (readonly DataElement[])[];
}

/** Explicit VR Little Endian. https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_A.html */
const TRANSFER_SYNTAX = '1.2.840.10008.1.2.1';

/** Value representations whose length has four bytes, after two that are reserved (PS3.5 §7.1.2). */
const LONG = new Set(['OB', 'OW', 'OF', 'OD', 'OL', 'OV', 'SQ', 'UC', 'UR', 'UT', 'UN']);

/** Padded with NUL rather than a space (PS3.5 §6.2). */
const NUL_PADDED = new Set(['UI', 'OB']);

/** A DICOM file (Part 10) of these elements; they are put into the order of their tags. Text is UTF-8. */
export function dicomFile(elements: readonly DataElement[]): Buffer {
  const uid = (tag: number): string => String(elements.find((element) => element.tag === tag)?.value ?? '');
  const meta = dataSet([
    { tag: 0x00020001, vr: 'OB', value: Buffer.from([0, 1]) },
    { tag: 0x00020002, vr: 'UI', value: uid(0x00080016) },
    { tag: 0x00020003, vr: 'UI', value: uid(0x00080018) },
    { tag: 0x00020010, vr: 'UI', value: TRANSFER_SYNTAX },
    { tag: 0x00020012, vr: 'UI', value: '2.25.1' },
  ]);
  const groupLength = Buffer.alloc(4);
  groupLength.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    dataSet([{ tag: 0x00020000, vr: 'UL', value: groupLength }]),
    meta,
    dataSet(elements),
  ]);
}

function dataSet(elements: readonly DataElement[]): Buffer {
  return Buffer.concat([...elements].sort((one, other) => one.tag - other.tag).map((element) => written(element)));
}

function written({ tag, vr, value }: DataElement): Buffer {
  const bytes = padded(bytesOf(vr, value), NUL_PADDED.has(vr) ? 0 : 0x20);
  const isLong = LONG.has(vr);
  const head = Buffer.alloc(isLong ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (isLong) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
}

function bytesOf(vr: string, value: DataElement['value']): Buffer {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') return Buffer.from(value, 'utf8');
  if (typeof value === 'number') {
    if (vr !== 'US') return Buffer.from(String(value));
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16LE(value);
    return bytes;
  }
  return Buffer.concat(
    value.map((item) => {
      const bytes = dataSet(item);
      const head = Buffer.alloc(8);
      head.writeUInt16LE(0xfffe, 0);
      head.writeUInt16LE(0xe000, 2);
      head.writeUInt32LE(bytes.length, 4);
      return Buffer.concat([head, bytes]);
    }),
  );
}

function padded(bytes: Buffer, filler: number): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from([filler])]);
}
