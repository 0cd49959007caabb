import * as fc from 'fast-check';
import { parseJson, stringifyJson } from '../kernel/json.ts';
import { decodeFromBot, encodeForBot } from './exact-text.ts';

const number = fc
  .tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: 0, max: 4 }), fc.nat(9999))
  .map(([whole, places, rest]) =>
    places === 0 ? String(whole) : `${whole}.${String(rest).padStart(places, '0').slice(0, places)}`,
  );
const json = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    number,
    fc.constantFrom('null', 'true', '""', '"1.0"'),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'value', 'exact'), tie('value')), {
        selector: ([key]) => key,
        maxLength: 4,
      })
      .map((entries) => `{${entries.map(([key, value]) => `"${key}":${value}`).join(',')}}`),
  ),
})).value;

/** What a bot does that returns what it got: JSON as JavaScript has it, and the digits beside it. */
function echo(text: string): string {
  const message = JSON.parse(text) as { value: unknown; exact?: unknown };
  return JSON.stringify(message);
}

test('what goes through a bot keeps the digits of its numbers', () => {
  fc.assert(
    fc.property(json, (text) => {
      const value = parseJson(text);
      // A number alone has no parent that could keep its digits.
      fc.pre(typeof value !== 'number');
      const back = decodeFromBot(echo(encodeForBot(value)));
      expect(stringifyJson(back ?? null)).toBe(stringifyJson(value));
    }),
  );
});

test('nothing is nothing', () => {
  expect([encodeForBot(undefined), decodeFromBot('')]).toEqual(['', undefined]);
});

test.each([
  ['no object', '[]'],
  ['a path to nothing', '{"value":{"a":1},"exact":[[["b"],"1.0"]]}'],
  ['a path through what objects inherit', '{"value":{"a":1},"exact":[[["constructor","length"],"1"]]}'],
  ['another number', '{"value":{"a":1},"exact":[[["a"],"2.0"]]}'],
  ['a text that is no number', '{"value":{"a":1},"exact":[[["a"],"1;drop"]]}'],
  ['no path', '{"value":{"a":1},"exact":[["a","1.0"]]}'],
  ['an empty path', '{"value":1,"exact":[[[],"1.0"]]}'],
])('%s is refused', (_what, text) => {
  expect(() => decodeFromBot(text)).toThrow('not JSON as the server reads it');
});

test('keys that would reach into objects of the language are refused', () => {
  expect(() => decodeFromBot('{"value":{"__proto__":{"a":1}}}')).toThrow();
});
