import fc from 'fast-check';
import { stringifyJson, type JsonObject } from '../../../server/kernel/json.ts';
import { valueOf } from '../reading/draft.fixture.ts';
import { attachmentOfEd, attachmentOfRp, mimeType } from './attachment.ts';
import { quantity, setDecimal, wholeNumber } from './quantity.ts';
import { plainText } from './text.ts';
import { yesNo } from './yes-no.ts';

test.each([
  ['5.40', '5.40'],
  ['+5', '5'],
  ['.5', '0.5'],
  ['5.', '5'],
  ['007', '7'],
  ['-0.10', '-0.10'],
  ['12345678901234567.89', '12345678901234567.89'],
])('the number %s keeps its digits', (sent, expected) => {
  const made: JsonObject = {};
  expect(setDecimal(made, 'value', sent)).toBe(true);
  expect(stringifyJson(made)).toBe(`{"value":${expected}}`);
});

test.each(['', '.', '-', '1e5', '1,5', '<5', 'five', '5 mg'])('"%s" is no number', (sent) => {
  const made: JsonObject = {};
  expect(setDecimal(made, 'value', sent)).toBe(false);
  expect(made).toEqual({});
});

test('any decimal is written as it was sent', () => {
  const digits = fc.stringMatching(/^(?:0|[1-9]\d{0,15})\.\d{1,10}$/);
  fc.assert(
    fc.property(digits, (sent) => {
      const made: JsonObject = {};
      setDecimal(made, 'value', sent);
      expect(stringifyJson(made)).toBe(`{"value":${sent}}`);
    }),
  );
});

test('CQ, and whole numbers', () => {
  expect(stringifyJson(quantity(valueOf('150.0^lb&pound').value) ?? {})).toBe('{"value":150.0,"unit":"pound"}');
  expect(quantity(valueOf('many^lb').value)).toBeUndefined();
  expect([wholeNumber('2'), wholeNumber('2.0'), wholeNumber('2.5'), wholeNumber('x')]).toEqual([
    2,
    2,
    undefined,
    undefined,
  ]);
});

test('texts have their line ends, and delimiters that nobody escaped', () => {
  expect(plainText(valueOf('one\\.br\\two').value)).toBe('one\ntwo');
  expect(plainText(valueOf('a & b ^ c \\E\\ d').value)).toBe('a & b ^ c \\ d');
});

test.each([
  ['Y', true],
  ['n', false],
  ['maybe', undefined],
])('yes and no: %s', (sent, expected) => {
  expect(yesNo(valueOf(sent).value)).toBe(expected);
});

test.each([
  ['AP', 'PDF', 'application/pdf'],
  ['Application', 'pdf', 'application/pdf'],
  ['application/pdf', '', 'application/pdf'],
  ['TEXT', 'HTML', 'text/html'],
  ['IM', 'JPEG', 'image/jpeg'],
  ['PDF', '', 'application/pdf'],
  ['Octet', 'stream!', undefined],
])('MIME type of %s and %s', (type, subtype, expected) => {
  expect(mimeType(type, subtype)).toBe(expected);
});

test('ED: base64 without line ends, hexadecimal digits, text; what is no base64 is text', () => {
  expect(attachmentOfEd(valueOf('^AP^PDF^Base64^JVBE\nRi0x').value)).toEqual({
    contentType: 'application/pdf',
    data: 'JVBERi0x',
  });
  expect(attachmentOfEd(valueOf('^TEXT^PLAIN^Hex^616263').value)).toEqual({ contentType: 'text/plain', data: 'YWJj' });
  expect(attachmentOfEd(valueOf('^TEXT^PLAIN^A^abc').value)).toEqual({ contentType: 'text/plain', data: 'YWJj' });
  expect(attachmentOfEd(valueOf('^TEXT^PLAIN^Base64^no base64!').value)).toMatchObject({
    data: Buffer.from('no base64!').toString('base64'),
  });
  expect(attachmentOfEd(valueOf('^^^Base64^JVBERi0xLjQ=').value)).toMatchObject({ contentType: 'application/pdf' });
});

test('RP', () => {
  expect(attachmentOfRp(valueOf('https://x.example/1^APP^image^jpeg').value)).toEqual({
    contentType: 'image/jpeg',
    url: 'https://x.example/1',
    title: 'APP',
  });
});
