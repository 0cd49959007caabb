import fc from 'fast-check';
import { BadFile, readIdentity } from './file-identity.ts';

const UNDEFINED = 0xffffffff;
const LONG = ['OB', 'SQ', 'UN'];

function head(tag: number, rest: Buffer): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  return Buffer.concat([bytes, rest]);
}
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};

function explicit(tag: number, vr: string, value: Buffer, length = value.length): Buffer {
  const size = LONG.includes(vr) ? Buffer.concat([Buffer.alloc(2), u32(length)]) : u32(length).subarray(0, 2);
  return head(tag, Buffer.concat([Buffer.from(vr), size, value]));
}
const implicit = (tag: number, value: Buffer, length = value.length): Buffer =>
  head(tag, Buffer.concat([u32(length), value]));

const even = (text: string): Buffer => Buffer.from(text.length % 2 === 0 ? text : `${text}\0`);
const file = (syntax: string, ...elements: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), explicit(0x00020010, 'UI', even(syntax)), ...elements]);

const EXPLICIT = '1.2.840.10008.1.2.1';
const IMPLICIT = '1.2.840.10008.1.2';
const item = (content: Buffer, length = content.length): Buffer => implicit(0xfffee000, content, length);
const itemEnd = implicit(0xfffee00d, Buffer.alloc(0));
const sequenceEnd = implicit(0xfffee0dd, Buffer.alloc(0));

/** Holds another study's UID, in items of either kind of length. */
const nested = (of: (tag: number, text: string) => Buffer): Buffer =>
  Buffer.concat([
    item(Buffer.concat([of(0x0020000d, '9.9'), itemEnd]), UNDEFINED),
    item(of(0x0020000d, '8.8')),
    sequenceEnd,
  ]);
const ui = (tag: number, text: string): Buffer => explicit(tag, 'UI', even(text));
const bare = (tag: number, text: string): Buffer => implicit(tag, even(text));

const EXPLICIT_FILE = file(
  EXPLICIT,
  explicit(0x00081110, 'SQ', nested(ui), UNDEFINED),
  explicit(0x00090010, 'UN', nested(bare), UNDEFINED),
  explicit(0x00100020, 'LO', even('A-1 ')),
  ui(0x0020000d, '1.2.3'),
  ui(0x0020000e, '1.2.4'),
);
const IMPLICIT_FILE = file(
  IMPLICIT,
  implicit(0x00081110, nested(bare), UNDEFINED),
  bare(0x00100020, 'A-1'),
  bare(0x0020000d, '1.2.3'),
  bare(0x0020000e, '1.2.4'),
);

test.each([
  ['explicit', EXPLICIT_FILE],
  ['implicit', IMPLICIT_FILE],
])('study and patient of a file with %s value representations, not those within sequences', (_, bytes) => {
  expect(readIdentity(bytes)).toEqual({ study: '1.2.3', patientId: 'A-1' });
});

test.each([
  ['explicit', EXPLICIT_FILE],
  ['implicit', IMPLICIT_FILE],
])('a begin of it (%s) says nothing, or the same', (_, bytes) => {
  for (let length = 0; length < bytes.length; length += 1) {
    expect([undefined, '1.2.3']).toContain(readIdentity(bytes.subarray(0, length))?.study);
  }
});

test.each([
  ['no DICOM file', Buffer.alloc(500)],
  ['no study', file(EXPLICIT, explicit(0x00100020, 'LO', even('A-1')), ui(0x0020000e, '1.2'))],
  ['the study twice', file(EXPLICIT, ui(0x0020000d, '1.2.3'), ui(0x0020000d, '9.9'))],
  ['the patient after the study', file(EXPLICIT, ui(0x0020000d, '1.2.3'), explicit(0x00100020, 'LO', even('B')))],
  ['the patient twice', file(EXPLICIT, explicit(0x00100020, 'LO', even('A')), explicit(0x00100020, 'LO', even('B')))],
  ['a packed file', file('1.2.840.10008.1.2.1.99', ui(0x0020000d, '1.2.3'))],
  ['the high byte first', file('1.2.840.10008.1.2.2', ui(0x0020000d, '1.2.3'))],
  ['no transfer syntax', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), ui(0x0020000d, '1.2.3')])],
  [
    'sequences without end in each other',
    file(
      IMPLICIT,
      ...Array.from({ length: 40 }, () =>
        implicit(0x00081110, implicit(0xfffee000, Buffer.alloc(0), UNDEFINED), UNDEFINED),
      ),
    ),
  ],
])('%s is refused', (_, bytes) => {
  expect(() => readIdentity(bytes)).toThrow(BadFile);
});

test('any bytes are read, wait for more, or are refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(EXPLICIT_FILE.length), (bytes, at) => {
      const torn = Buffer.concat([EXPLICIT_FILE.subarray(0, at), bytes]);
      try {
        readIdentity(torn);
      } catch (error) {
        expect(error).toBeInstanceOf(BadFile);
      }
    }),
    { numRuns: 2000 },
  );
});
