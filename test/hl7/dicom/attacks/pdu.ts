/** What a caller proposes. https://dicom.nema.org/medical/dicom/current/output/chtml/part08/sect_9.3.2.html */
export interface Proposal {
  readonly calling?: string;
  readonly called?: string;
  /** SOP classes, each in a presentation context of its own: 1, 3, 5 … */
  readonly sopClasses?: readonly string[];
  readonly maxLength?: number;
}

export const VERIFICATION = '1.2.840.10008.1.1';
export const WORKLIST = '1.2.840.10008.5.1.4.31';
export const MPPS = '1.2.840.10008.3.1.2.3.3';
const IMPLICIT = '1.2.840.10008.1.2';
const APPLICATION = '1.2.840.10008.3.1.1.1';

/** A PDU of a type, with its true length unless another one is claimed. */
export function pdu(type: number, body: Buffer, claimed = body.length): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt8(type, 0);
  head.writeUInt32BE(claimed, 2);
  return Buffer.concat([head, body]);
}

export function item(type: number, body: Buffer, claimed = body.length): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt8(type, 0);
  head.writeUInt16BE(claimed, 2);
  return Buffer.concat([head, body]);
}

/** A-ASSOCIATE-RQ. */
export function associateRequest({ calling = 'SCANNER1', called = 'ATHANOR', ...rest }: Proposal = {}): Buffer {
  const { sopClasses = [VERIFICATION], maxLength = 16_384 } = rest;
  const contexts = sopClasses.map((uid, index) =>
    item(
      0x20,
      Buffer.concat([
        Buffer.from([(2 * index + 1) % 256, 0, 0, 0]),
        item(0x30, Buffer.from(uid)),
        item(0x40, Buffer.from(IMPLICIT)),
      ]),
    ),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(maxLength);
  const user = item(0x50, Buffer.concat([item(0x51, length), item(0x52, Buffer.from('2.25.1'))]));
  return pdu(
    0x01,
    Buffer.concat([associateHead(calling, called), item(0x10, Buffer.from(APPLICATION)), ...contexts, user]),
  );
}

export function associateHead(calling: string, called: string): Buffer {
  const title = (text: string): Buffer => Buffer.from(text.padEnd(16).slice(0, 16), 'latin1');
  return Buffer.concat([Buffer.from([0, 1, 0, 0]), title(called), title(calling), Buffer.alloc(32)]);
}

/** P-DATA-TF with one fragment. */
export function data(
  body: Buffer,
  options: { readonly isCommand: boolean; readonly isLast?: boolean },
  context = 1,
): Buffer {
  const head = Buffer.alloc(6);
  head.writeUInt32BE(body.length + 2, 0);
  head.writeUInt8(context, 4);
  head.writeUInt8((options.isCommand ? 1 : 0) + (options.isLast === false ? 0 : 2), 5);
  return pdu(0x04, Buffer.concat([head, body]));
}

/** A data element in Implicit VR Little Endian, with its true length unless another one is claimed. */
export function element(group: number, number: number, value: Buffer, claimed = value.length): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.writeUInt32LE(claimed, 4);
  return Buffer.concat([head, value]);
}

function short(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

export const C_ECHO = 0x0030;
export const C_FIND = 0x0020;
export const C_STORE = 0x0001;
export const N_CREATE = 0x0140;
export const N_SET = 0x0120;

/** A command set, and whether a data set follows. https://dicom.nema.org/medical/dicom/current/output/chtml/part07/chapter_E.html */
export function command(field: number, sopClass: string, hasData: boolean, more: readonly Buffer[] = []): Buffer {
  const uid = Buffer.from(sopClass.length % 2 === 0 ? sopClass : `${sopClass}\0`);
  const rest = Buffer.concat([
    element(0x0000, 0x0002, uid),
    element(0x0000, 0x0100, short(field)),
    element(0x0000, 0x0110, short(1)),
    element(0x0000, 0x0700, short(0)),
    element(0x0000, 0x0800, short(hasData ? 0x0001 : 0x0101)),
    ...more,
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(rest.length);
  return Buffer.concat([element(0x0000, 0x0000, length), rest]);
}
