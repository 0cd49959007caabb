import * as fc from 'fast-check';
import { STANDARD_DELIMITERS } from './delimiters.ts';
import { escapeText, unescapeText } from './escapes.ts';
import type { Delimiters } from './parsed-message.ts';

const read = (text: string, charset?: string) => unescapeText(text, STANDARD_DELIMITERS, charset);

test.each([
  ['delimiters', String.raw`a\F\b\S\c\T\d\R\e\E\f`, 'a|b^c&d~e\\f'],
  ['line', String.raw`x\X0D0A\y\X0a\z`, 'x\r\ny\nz'],
  ['bytes in UTF-8', String.raw`M\XC3BC\ller`, 'Müller'],
  ['highlighting', String.raw`\H\high\N\ it is`, 'high it is'],
  ['line breaks', String.raw`one\.br\two\.sp\three\.sp2\four\.sp+1\five`, 'one\ntwo\nthree\n\nfour\nfive'],
  ['indents', String.raw`\.in+2\a\.ti3\b\.in-2\c`, '  a   bc'],
  ['centred, filled', String.raw`a\.ce\b\.fi\c\.nf\d`, 'a\nbcd'],
  ['Japanese', String.raw`\M2442\;3ED\C2842\ Hanako`, '山田 Hanako'],
  ['its roman set', String.raw`\M2440\;3\C284A\x`, '山x'],
  ['no FHIR string holds it', `a\\X00\\b\0c`, 'a\ufffdb\ufffdc'],
])('reads %s', (_, typed, meant) => expect(read(typed)).toBe(meant));

test.each([
  ['lone', String.raw`4\5 re.`],
  ['a path', String.raw`C:\dir\x`],
  ['unknown', String.raw`\Q\ \f\ \.xx\ `],
  ['locally defined', String.raw`\Zalert\ `],
  ['at the end', 'end\\'],
  ['empty', String.raw`\\`],
  ['half a byte', String.raw`\XABC\ `],
  ['more blanks than anybody means', String.raw`\.sp99999\ \.in500\ `],
  ['other character sets', String.raw`\C2D41\ \M242844\ `],
  ['truncation where there is none', String.raw`\P\ `],
])('keeps as typed: %s', (_, typed) => expect(read(typed)).toBe(typed));

test('an unknown sequence does not hide the one after it', () =>
  expect(read(String.raw`a\q\F\b`)).toBe(String.raw`a\q|b`));

test('bytes that are no UTF-8 are read in the charset of the message', () => {
  expect(read(String.raw`\XFC\ `)).toBe('ü ');
  expect(read(String.raw`\XE6\ `, 'iso-8859-5')).toBe('ц ');
});

const OTHER: Delimiters = {
  field: '#',
  component: '!',
  repetition: '@',
  escape: '%',
  subcomponent: '*',
  truncation: '+',
};

test('the escape character is the one of MSH-2', () => {
  expect(unescapeText('a%F%b%S%c%P%d\\F\\', OTHER)).toBe('a#b!c+d\\F\\');
  expect(escapeText('a#b!c@d%e*f+g|', OTHER)).toBe('a%F%b%S%c%R%d%E%e%T%f%P%g|');
});

test('where there is no escape character nothing is read, and delimiters become spaces', () => {
  const none = { ...STANDARD_DELIMITERS, escape: '' };
  expect(unescapeText(String.raw`a\F\b`, none)).toBe(String.raw`a\F\b`);
  expect(escapeText('a|b\nc', none)).toBe('a b c');
});

test('control characters are written as bytes', () => {
  expect(escapeText('a\r\n\t\x0b\x1c\x7fé😀', STANDARD_DELIMITERS)).toBe(
    String.raw`a\X0D\\X0A\\X09\\X0B\\X1C\\X7F\é😀`,
  );
});

const delimiters = fc
  .uniqueArray(fc.constantFrom(...'|^~\\&#!@%*+$;:/?[]{}()-.§€'), { minLength: 6, maxLength: 6 })
  .map(([field = '', component = '', repetition = '', escape = '', subcomponent = '', truncation = '']) => {
    return { field, component, repetition, escape, subcomponent, truncation };
  });

test('what was written is read back, with any delimiters, and none stands in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), delimiters, (text, used) => {
      const written = escapeText(text, used);
      const { escape, ...others } = used;
      for (const delimiter of Object.values(others)) expect(written).not.toContain(delimiter);
      expect(unescapeText(written, used)).toBe(text.replaceAll('\0', '\ufffd'));
      expect(escape).toHaveLength(1);
    }),
  );
});

test('reading never throws and never grows a text much', () => {
  const piece = fc.constantFrom('\\', 'X', 'F', '.sp20', '.in', '0', 'A', 'M2442', 'C2842', 'Z', ' ', '^');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
      const text = pieces.join('');
      expect(read(text).length).toBeLessThanOrEqual(4 * text.length);
    }),
  );
});
