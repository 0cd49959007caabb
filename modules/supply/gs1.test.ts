import { Fault } from '#sdk';
import { hasCheckDigit, parseGs1 } from './gs1.ts';

const FNC1 = '\u001d';

test.each([
  ['as people write it', '(01)09520000001001(17)261100(10)AB-1', { expiresOn: '2026-11-30', lotNumber: 'AB-1' }],
  ['as scanners send it', `]d2010952000000100110AB-1${FNC1}17280229`, { expiresOn: '2028-02-29', lotNumber: 'AB-1' }],
  ['day 00 in February of a leap year', '(01)09520000001001(17)280200', { expiresOn: '2028-02-29' }],
  ['a serial number and a count', `010952000000100121S1${FNC1}3012`, { serial: 'S1', count: 12 }],
  ['a bracket in a lot', '(01)09520000001001(10)A(1', { lotNumber: 'A(1' }],
])('reads %s', (_name, text, expected) => {
  expect(parseGs1(text)).toMatchObject({ gtin: '09520000001001', ...expected });
});

test.each([
  ['9520000001001', '09520000001001'],
  ['09520000001001', '09520000001001'],
  ['96385074', '00000096385074'],
])('reads the GTIN %s', (text, gtin) => expect(parseGs1(text).gtin).toBe(gtin));

test.each([
  '',
  'hello',
  '(01)09520000001002',
  '(17)261301',
  '(17)260230',
  '(10)',
  '(10)123456789012345678901',
  '(99)1',
  '(01)095200000010',
  '0109520000001001' + '17',
  '(10)A(10)B',
  '(30)x',
  '(10)ä',
  'x'.repeat(300),
])('refuses "%s"', (text) => expect(() => parseGs1(text)).toThrow(Fault));

test('two digits of a year are of the century around this one', () => {
  const year = (digits: string, now?: number): string | undefined =>
    parseGs1(`(17)${digits}0101`, now).expiresOn?.slice(0, 4);
  expect([year('26'), year('99'), year('26', 2026), year('76', 2026), year('77', 2026), year('10', 2090)]).toEqual([
    '2026',
    '2099',
    '2026',
    '2076',
    '1977',
    '2110',
  ]);
});

test('check digits', () => {
  expect([hasCheckDigit('4006381333931'), hasCheckDigit('4006381333932'), hasCheckDigit('12')]).toEqual([
    true,
    false,
    false,
  ]);
});
