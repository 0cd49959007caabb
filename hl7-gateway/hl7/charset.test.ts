import * as fc from 'fast-check';
import { charsetName, isCharset, labelOfName } from './charset-names.ts';
import { decodeMessage, encodeMessage } from './charset.ts';

const RULES = { fallbackCharset: 'windows-1252' };

function message(charset: string, name: string): string {
  return `MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.5||||||${charset}\rPID|1||1||${name}\r`;
}

describe('what is read by MSH-18', () => {
  test.each([
    ['8859/1', 'iso-8859-1', 'Müller'],
    ['8859/2', 'iso-8859-2', 'Łukasz'],
    ['8859/5', 'iso-8859-5', 'Ж'],
    ['8859/15', 'iso-8859-15', 'Œ€'],
    ['ISO-8859-1', 'iso-8859-1', 'Müller'],
    ['UNICODE UTF-8', 'utf-8', 'Ü€山'],
    ['unicode utf-8', 'utf-8', 'Ü'],
    ['UTF-8', 'utf-8', 'Ü'],
    ['GB 18030-2000', 'gb18030', '张伟㐀😀'],
    ['BIG-5', 'big5', '張'],
    ['KS X 1001', 'euc-kr', '김'],
    ['ISO IR14', 'shift_jis', 'ﾔﾏﾀﾞ'],
    ['ISO IR87', 'iso-2022-jp', '山田^太郎 Taro'],
    ['~ISO IR87', 'iso-2022-jp', '山田'],
    ['ISO IR6~ISO IR87', 'iso-2022-jp', '山田'],
    ['WINDOWS-1252', 'windows-1252', '€“”'],
    ['ASCII', 'us-ascii', 'Mueller'],
  ])('%s', (declared, label, name) => {
    const text = message(declared, name);
    const { bytes, hasUnmappable } = encodeMessage(text, label);
    expect(hasUnmappable).toBe(false);
    expect(decodeMessage(bytes, RULES)).toMatchObject({ text, charset: label, rule: 'msh-18', hasIllegalBytes: false });
  });

  test('delimiters of its own do not hide it', () => {
    const text = 'MSH#!@%*#A#B#C#D#2024##ADT!A01#1#P#2.5######8859/5\rPID#1####Ж\r';
    expect(decodeMessage(encodeMessage(text, 'iso-8859-5').bytes, RULES)).toMatchObject({ text, rule: 'msh-18' });
  });
});

describe('which rule tells the charset', () => {
  const latin1 = (charset: string) => encodeMessage(message(charset, 'Müller'), 'iso-8859-1').bytes;
  const utf8 = (charset: string, name = 'Müller') => encodeMessage(message(charset, name), 'utf-8').bytes;
  const windows = (charset: string, name: string) => encodeMessage(message(charset, name), 'windows-1252').bytes;
  const mark = (bytes: Uint8Array, ...first: number[]) => Uint8Array.from([...first, ...bytes]);

  test.each([
    [
      'the partner, before anything else',
      latin1('UNICODE UTF-8'),
      { ...RULES, charset: 'iso-8859-1' },
      'partner',
      false,
    ],
    ['a byte order mark, before MSH-18', mark(utf8('8859/1'), 0xef, 0xbb, 0xbf), RULES, 'bom', false],
    ['UTF-8 if it is', utf8(''), RULES, 'utf-8', false],
    ['the fallback', latin1(''), RULES, 'fallback', false],
    ['ASCII tells nothing of other bytes', utf8('ASCII'), RULES, 'utf-8', false],
    ['nor of these', latin1('ASCII'), RULES, 'fallback', false],
    ['UTF-8 that is not', latin1('UNICODE UTF-8'), RULES, 'fallback', true],
    ['ISO 8859 with control characters that is UTF-8 in truth', utf8('8859/1', 'Müller\r–'), RULES, 'utf-8', true],
    ['ISO 8859 that is the Windows set in truth', windows('8859/1', 'Müller\r–'), RULES, 'msh-18', true],
    ['UTF-16 without its zero bytes', utf8('UNICODE UTF-16'), RULES, 'utf-8', false],
  ])('%s', (_, bytes, rules, rule, hasIllegalBytes) => {
    const decoded = decodeMessage(bytes, rules);
    expect(decoded).toMatchObject({ rule, hasIllegalBytes });
    expect(decoded.text).toContain('||Müller\r');
    expect(decoded).not.toHaveProperty('unknownName');
  });

  test.each(['utf-16le', 'utf-16be', 'utf-32le', 'utf-32be'])('%s with and without its mark', (label) => {
    for (const text of [message('', '山'), `\ufeff${message('', '山')}`]) {
      expect(decodeMessage(encodeMessage(text, label).bytes, RULES)).toMatchObject({
        text,
        charset: label,
        rule: 'bom',
      });
    }
  });

  test('a name that nobody knows is told', () => {
    expect(decodeMessage(utf8('KLINGON'), RULES)).toMatchObject({ rule: 'utf-8', unknownName: 'KLINGON' });
  });
});

test('illegal bytes spoil nothing but themselves, and are told', () => {
  const bytes = Buffer.concat([Buffer.from(message('UNICODE UTF-8', 'Müller')), Uint8Array.of(0xff)]);
  const decoded = decodeMessage(bytes, RULES);
  expect(decoded).toMatchObject({ rule: 'msh-18', hasIllegalBytes: true });
  expect(decoded.text).toContain('Müller\r\ufffd');
});

test('a replacement character that was sent is not illegal', () => {
  expect(decodeMessage(Buffer.from(message('UNICODE UTF-8', '\ufffd')), RULES).hasIllegalBytes).toBe(false);
});

test('any bytes are read', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('', 'UNICODE UTF-8', 'ISO IR87', '~'),
      (tail, name) => {
        const head = name === '' ? Buffer.alloc(0) : Buffer.from(message(name, ''));
        expect(typeof decodeMessage(Buffer.concat([head, tail]), RULES).text).toBe('string');
      },
    ),
  );
});

test.each([
  ['iso-8859-1', '€', '?'],
  ['iso-8859-1', '山', '?'],
  ['iso-2022-jp', 'ｱ', '?'],
  ['us-ascii', 'ü', '?'],
])('what %s does not have is told: %s', (label, text, written) => {
  const encoded = encodeMessage(text, label);
  expect([Buffer.from(encoded.bytes).toString('latin1'), encoded.hasUnmappable]).toEqual([written, true]);
});

test('Japanese ends in ASCII', () => {
  const { bytes } = encodeMessage('a山田b山', 'iso-2022-jp');
  expect(Buffer.from(bytes).toString('latin1')).toBe('a\x1b$B;3ED\x1b(Bb\x1b$B;3\x1b(B');
});

test('names of table 0211 and back', () => {
  expect(charsetName('utf-8')).toBe('UNICODE UTF-8');
  expect(charsetName('windows-1252')).toBe('8859/1');
  expect(charsetName('utf-16le')).toBe('UNICODE UTF-16');
  expect(charsetName('gb18030')).toBe('GB 18030-2000');
  expect(charsetName('koi8-r')).toBe('KOI8-R');
  expect(labelOfName('ISO 8859/9')).toBe('iso-8859-9');
  expect(labelOfName('')).toBeUndefined();
  expect([isCharset('windows-1251'), isCharset('utf-32le'), isCharset('latin-klingon')]).toEqual([true, true, false]);
});
