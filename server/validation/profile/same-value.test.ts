import { isObject, parseJson, type JsonValue } from '../../kernel/json.ts';
import { isSame, matchesPattern } from './same-value.ts';

/** Both in one object, so that numbers keep their digits. */
function placed(found: string, asked: string): readonly [Placed, Placed] {
  const owner = parseJson(`{"found":${found},"asked":${asked}}`);
  if (!isObject(owner)) throw new Error('not an object');
  return [
    { value: owner.found, owner, key: 'found' },
    { value: owner.asked, owner, key: 'asked' },
  ];
}

type Placed = Parameters<typeof isSame>[0] & { readonly value: JsonValue | undefined };

test.each<[string, string, boolean, boolean]>([
  // found, asked for, as fixed, as pattern
  ['"a"', '"a"', true, true],
  ['"a"', '"b"', false, false],
  ['1.00', '1', true, true],
  ['0.1', '0.10000000000000000001', false, false],
  ['true', '"true"', false, false],
  ['{"a":1,"b":2}', '{"b":2,"a":1}', true, true],
  ['{"a":1,"b":2}', '{"a":1}', false, true],
  ['{"a":1}', '{"a":1,"b":2}', false, false],
  ['[1,2]', '[1,2]', true, true],
  ['[1,2]', '[2]', false, true],
  ['[2,1]', '[1,2]', false, true],
  ['{"coding":[{"code":"x"},{"code":"y","display":"Y"}]}', '{"coding":[{"code":"y"}]}', false, true],
  ['{"coding":[{"code":"x"}]}', '{"coding":[{"code":"y"}]}', false, false],
  ['{"coding":{"code":"y"}}', '{"coding":[{"code":"y"}]}', false, false],
  ['null', '{"a":1}', false, false],
])('%s against %s', (found, asked, fixed, pattern) => {
  const [a, b] = placed(found, asked);
  expect(isSame(a, b)).toBe(fixed);
  expect(matchesPattern(a, b)).toBe(pattern);
});
