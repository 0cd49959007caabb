import fc from 'fast-check';
import { prettyJson } from './pretty-json.ts';

test('numbers keep their digits', () => {
  expect(prettyJson('{"value":1.00,"list":[1e2,-0]}')).toBe(
    '{\n  "value": 1.00,\n  "list": [\n    1e2,\n    -0\n  ]\n}\n',
  );
});

test.each([
  ['{}', '{}\n'],
  ['[]', '[]\n'],
  ['"a,b:{c}"', '"a,b:{c}"\n'],
  ['{"a\\"{":"\\\\"}', '{\n  "a\\"{": "\\\\"\n}\n'],
])('%s', (compact, pretty) => {
  expect(prettyJson(compact)).toBe(pretty);
});

test('any JSON is indented as JSON.stringify would', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const value: unknown = JSON.parse(json);
      expect(prettyJson(JSON.stringify(value))).toBe(`${JSON.stringify(value, null, 2)}\n`);
    }),
  );
});
