import { setDecimal } from '#sdk';
import { canonicalText, sha256 } from './canonical-text.ts';

test.each([
  [{ b: 1, a: 'x' }, '{"a":"x","b":1}'],
  [{ a: undefined, b: [true, null, { d: 1, c: 2 }] }, '{"b":[true,null,{"c":2,"d":1}]}'],
  [{ text: 'ä "quoted"\n' }, '{"text":"ä \\"quoted\\"\\n"}'],
  [setDecimal({ value: 0 }, 'value', '1.50'), '{"value":1.50}'],
])('%j in one form', (value, text) => {
  expect(canonicalText(value)).toBe(text);
});

test('SHA-256 as FIPS 180-4 has it', async () => {
  expect(await sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
