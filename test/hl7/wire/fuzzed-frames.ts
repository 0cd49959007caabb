import * as fc from 'fast-check';
import { encodeMessage } from '../../../hl7-gateway/hl7/charset.ts';

const MESSAGES = [
  'MSH|^~\\&|LAB|FAC^1.2.3^ISO|ATH|CLI|20240101||ORU^R01^ORU_R01|1|P|2.5.1||||||UNICODE UTF-8\rPID|1||A^^^X&1.2&ISO^MR~B||Müller^Zoë\\T\\Co\rOBR|1|p|f|1^a^LN\rOBX|1|TX|c||text\\.br\\with \\X41\\ & more||||||F\r',
  'MSH#!@%*#A#B#C#D#2024##ADT!A40#2#P#2.3######8859/1\nEVN#A40\nPID#1##1!!!H!MR\nMRG#2!!!H!MR\n',
  'FHS|^~\\&|A|B\rBHS|^~\\&|A|B\rMSH|^~\\&|A|B|C|D|2024||ADT^A08|3|P|2.4|||AL|NE\rPID|1||""\rMSH|^~\\&|A\rBTS|2\rFTS|1\r',
];

/** What may stand anywhere. */
const piece = fc.oneof(
  fc.constantFrom(
    '\x0b',
    '\x1c',
    '\x1c\r',
    '\r',
    '\n',
    '\0',
    '|',
    '^',
    '~',
    '\\',
    '&',
    '\\X',
    '\\M2442\\',
    '""',
    '\rMSH|',
    '\ufeff',
    '\rBHS|',
    '\rBTS|',
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.integer({ min: 0, max: 2000 }).map((length) => '~^|\\'.charAt(length % 4).repeat(length)),
);
const edit = fc.tuple(fc.nat(600), fc.nat(30), piece);

const message = fc
  .tuple(
    fc.constantFrom(...MESSAGES),
    fc.array(edit, { maxLength: 8 }),
    fc.constantFrom('utf-8', 'utf-8', 'iso-8859-1', 'gb18030', 'iso-2022-jp', 'utf-16le', 'utf-32be'),
  )
  .map(([text, edits, charset]) => {
    const edited = edits.reduce(
      (whole, [at, cut, insert]) => whole.slice(0, at) + insert + whole.slice(at + cut),
      text,
    );
    return encodeMessage(edited, charset).bytes;
  });

/** The bytes of one frame, or of what ought to be one. */
export const fuzzedFrame = fc
  .tuple(
    fc.constantFrom('\x0b', '\x0b', '\x0b', '', '\x0b\x0b'),
    fc.oneof({ weight: 6, arbitrary: message }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }) }),
    fc.constantFrom('\x1c\r', '\x1c\r', '\x1c\r', '\x1c', '\x1c\n', ''),
  )
  .map(([start, content, end]) => Buffer.concat([Buffer.from(start), content, Buffer.from(end)]));
