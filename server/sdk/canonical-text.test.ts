import { canonicalText } from './canonical-text.ts';
import { setDecimal } from './decimal-text.ts';

test.each([
  [{ b: 1, a: 'x' }, '{"a":"x","b":1}'],
  [{ a: undefined, b: [true, null, { d: 1, c: 2 }] }, '{"b":[true,null,{"c":2,"d":1}]}'],
  [{ text: 'ä "quoted"\n' }, '{"text":"ä \\"quoted\\"\\n"}'],
  [setDecimal({ value: 0 }, 'value', '1.50'), '{"value":1.50}'],
])('%j in one form', (value, text) => {
  expect(canonicalText(value)).toBe(text);
});
