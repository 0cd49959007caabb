import fc from 'fast-check';
import { loadDefinitions } from '../../definitions/load.ts';
import { Fault } from '../../kernel/fault.ts';
import { cloneJson, parseJson, stringifyJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { applyPatch } from './apply-patch.ts';

const definitions = loadDefinitions();
const contentType = 'application/json-patch+json';

function patch(resource: JsonObject, body: JsonValue): JsonObject {
  return applyPatch(resource, { contentType, body }, definitions);
}

/** Patches `{"resourceType":"Basic", …}` given and answered without its resourceType. */
function patched(members: string, operations: string): string {
  const resource = parseJson(`{"resourceType":"Basic"${members === '' ? '' : `,${members}`}}`) as JsonObject;
  const before = stringifyJson(resource);
  const body = parseJson(operations);
  const result = stringifyJson(patch(resource, body));
  expect(stringifyJson(resource)).toBe(before);
  expect(stringifyJson(body)).toBe(stringifyJson(parseJson(operations)));
  return result.slice('{"resourceType":"Basic"'.length, -1).replace(/^,/, '');
}

describe('JSON Patch', () => {
  test.each<[string, string, string, string]>([
    ['adds a member', '', '[{"op":"add","path":"/a","value":1.00}]', '"a":1.00'],
    ['adds over a member', '"a":1.0', '[{"op":"add","path":"/a","value":1}]', '"a":1'],
    ['adds null', '', '[{"op":"add","path":"/a","value":null}]', '"a":null'],
    ['adds to the front', '"a":[1.0,2]', '[{"op":"add","path":"/a/0","value":0.0}]', '"a":[0.0,1.0,2]'],
    ['adds in between', '"a":[1.0,1]', '[{"op":"add","path":"/a/1","value":1}]', '"a":[1.0,1,1]'],
    ['adds to the end by -', '"a":[1]', '[{"op":"add","path":"/a/-","value":{"b":2.50}}]', '"a":[1,{"b":2.50}]'],
    ['adds to the end by index', '"a":[1]', '[{"op":"add","path":"/a/1","value":2}]', '"a":[1,2]'],
    ['passes over members it does not know', '', '[{"op":"add","path":"/a","value":1,"xyz":2}]', '"a":1'],
    ['removes a member', '"a":1.0,"b":2', '[{"op":"remove","path":"/a"}]', '"b":2'],
    ['removes an item', '"a":[1.0,1,1.00]', '[{"op":"remove","path":"/a/0"}]', '"a":[1,1.00]'],
    ['replaces a member', '"a":1.0', '[{"op":"replace","path":"/a","value":1}]', '"a":1'],
    ['replaces an item', '"a":[1,2.0]', '[{"op":"replace","path":"/a/0","value":[3.0]}]', '"a":[[3.0],2.0]'],
    ['replaces the whole', '"a":1', '[{"op":"replace","path":"","value":{"resourceType":"Basic","b":1}}]', '"b":1'],
    ['moves a member', '"a":1.00', '[{"op":"move","from":"/a","path":"/b"}]', '"b":1.00'],
    ['moves onto itself', '"a":1', '[{"op":"move","from":"/a","path":"/a"}]', '"a":1'],
    ['moves an item back', '"a":[1.0,2,3]', '[{"op":"move","from":"/a/0","path":"/a/2"}]', '"a":[2,3,1.0]'],
    ['moves an item forth', '"a":[1,2,3.0]', '[{"op":"move","from":"/a/2","path":"/a/0"}]', '"a":[3.0,1,2]'],
    [
      'copies',
      '"a":{"b":1.0}',
      '[{"op":"copy","from":"/a","path":"/c"},{"op":"add","path":"/c/b","value":2}]',
      '"a":{"b":1.0},"c":{"b":2}',
    ],
    [
      'tests numbers by value',
      '"a":{"b":[1.0,"x"],"c":2}',
      '[{"op":"test","path":"/a","value":{"c":2.00,"b":[1,"x"]}}]',
      '"a":{"b":[1.0,"x"],"c":2}',
    ],
    ['tests null', '"a":null', '[{"op":"test","path":"/a","value":null}]', '"a":null'],
    [
      'unescapes ~1 and ~0',
      '"a/b":1,"m~n":2,"~1":3',
      '[{"op":"remove","path":"/a~1b"},{"op":"remove","path":"/m~0n"},{"op":"test","path":"/~01","value":3}]',
      '"~1":3',
    ],
    ['takes empty names', '"":1', '[{"op":"test","path":"/","value":1}]', '"":1'],
    [
      'takes names that arrays have',
      '"a":{"length":1}',
      '[{"op":"replace","path":"/a/length","value":2}]',
      '"a":{"length":2}',
    ],
    [
      'applies in order',
      '',
      '[{"op":"add","path":"/a","value":[]},{"op":"add","path":"/a/-","value":1},{"op":"add","path":"/a/-","value":2}]',
      '"a":[1,2]',
    ],
    ['does nothing', '"a":1', '[]', '"a":1'],
  ])('%s', (_name, before, operations, after) => {
    expect(patched(before, operations)).toBe(after);
  });

  test.each<[string, number, string, string]>([
    ['a patch that is no array', 400, '', '{"op":"add","path":"/a","value":1}'],
    ['an operation that is no object', 400, '', '["add"]'],
    ['an unknown operation', 400, '', '[{"op":"increment","path":"/a"}]'],
    ['no path', 400, '', '[{"op":"add","value":1}]'],
    ['no value', 400, '', '[{"op":"add","path":"/a"}]'],
    ['no value of a test', 400, '"a":1', '[{"op":"test","path":"/a"}]'],
    ['no from', 400, '', '[{"op":"move","path":"/a"}]'],
    ['a path without slash', 400, '', '[{"op":"add","path":"a","value":1}]'],
    ['a broken escape', 400, '', '[{"op":"add","path":"/a~2","value":1}]'],
    ['__proto__', 400, '', '[{"op":"add","path":"/__proto__","value":{"x":1}}]'],
    ['__proto__ on the way', 400, '', '[{"op":"add","path":"/__proto__/x","value":1}]'],
    ['a missing parent', 422, '', '[{"op":"add","path":"/a/b","value":1}]'],
    ['a parent that is inherited', 422, '', '[{"op":"add","path":"/constructor/x","value":1}]'],
    ['removal of nothing', 422, '', '[{"op":"remove","path":"/a"}]'],
    ['replacement of nothing', 422, '', '[{"op":"replace","path":"/a","value":1}]'],
    ['a test of nothing', 422, '', '[{"op":"test","path":"/a","value":null}]'],
    ['a failed test', 422, '"a":1', '[{"op":"test","path":"/a","value":"1"}]'],
    [
      'a failed test of digits beyond a double',
      422,
      '"a":0.10000000000000000001',
      '[{"op":"test","path":"/a","value":0.1}]',
    ],
    ['an index beyond the end', 422, '"a":[]', '[{"op":"add","path":"/a/1","value":1}]'],
    ['an index with a leading zero', 422, '"a":[1,2]', '[{"op":"remove","path":"/a/01"}]'],
    ['a member of an array', 422, '"a":[1]', '[{"op":"remove","path":"/a/length"}]'],
    ['- of what is there', 422, '"a":[1]', '[{"op":"remove","path":"/a/-"}]'],
    ['a move into itself', 422, '"a":{"b":{}}', '[{"op":"move","from":"/a","path":"/a/b/c"}]'],
    ['a copy of nothing', 422, '', '[{"op":"copy","from":"/a","path":"/b"}]'],
    ['removal of everything', 422, '', '[{"op":"remove","path":""}]'],
    ['something else than a resource', 422, '', '[{"op":"replace","path":"","value":[]}]'],
    ['another type', 422, '', '[{"op":"replace","path":"/resourceType","value":"Patient"}]'],
    ['another id', 422, '"id":"1"', '[{"op":"replace","path":"/id","value":"2"}]'],
    ['no id', 422, '"id":"1"', '[{"op":"remove","path":"/id"}]'],
    ['a version', 422, '"meta":{"versionId":"1"}', '[{"op":"replace","path":"/meta/versionId","value":"2"}]'],
    ['a time', 422, '', '[{"op":"add","path":"/meta","value":{"lastUpdated":"2020-01-01T00:00:00Z"}}]'],
  ])('refuses %s with %i', (_name, status, before, operations) => {
    expect(() => patched(before, operations)).toThrow(Fault);
    expect(() => patched(before, operations)).toThrow(expect.objectContaining({ status }) as Error);
  });

  test('says which operation failed', () => {
    const operations = '[{"op":"test","path":"/a","value":1},{"op":"remove","path":"/b"}]';
    expect(() => patched('"a":1', operations)).toThrow(
      expect.objectContaining({ issues: [expect.objectContaining({ expression: ['[1]'] })] }) as Error,
    );
  });

  test.each<[string, RegExp, (at: number) => JsonValue, number]>([
    ['copies of copies', /too large/, (at) => ({ op: 'copy', from: '', path: `/x${at}` }), 60],
    ['endless depth', /deeper than 64/, (at) => ({ op: 'add', path: '/a'.repeat(at + 1), value: {} }), 9000],
    ['depth by copies', /deeper than 64/, (at) => ({ op: 'copy', from: '/c', path: `/c${'/c'.repeat(at + 1)}` }), 9000],
    ['too many operations', /10000 operations/, () => ({ op: 'test', path: '', value: 1 }), 10_001],
  ])('refuses %s quickly', (_name, text, operation, length) => {
    const operations = Array.from({ length }, (_item, at) => operation(at));
    const start = performance.now();
    expect(() => patch({ resourceType: 'Basic', b: 'x'.repeat(1000), c: {} }, operations)).toThrow(text);
    expect(performance.now() - start).toBeLessThan(5000);
  });

  test.each([undefined, 'application/merge-patch+json', 'text/plain'])(
    'refuses the content type %s with 415',
    (type) => {
      const run = (): JsonObject => applyPatch({ resourceType: 'Basic' }, { contentType: type, body: [] }, definitions);
      expect(run).toThrow(
        expect.objectContaining({
          status: 415,
          headers: { 'Accept-Patch': expect.stringContaining('application/json-patch+json') as string },
        }) as Error,
      );
    },
  );
});

type Operation = { op: string; path: string; from: string; value: JsonValue };

/** RFC 6902 as simply as it can be said: every operation makes a new document. Undefined = refused. */
function naive(document: JsonValue, { op, path, from, value }: Operation): JsonValue | undefined {
  const get = (pointer: string): JsonValue | undefined => find(document, pointer.split('/').slice(1));
  const remove = (): JsonValue | undefined => edit(document, path.split('/').slice(1), 'remove');
  if (op === 'test') return get(path) !== undefined && sorted(get(path)) === sorted(value) ? document : undefined;
  if (op === 'remove') return remove();
  if (op === 'replace')
    return get(path) === undefined ? undefined : edit(document, path.split('/').slice(1), 'replace', value);
  if (op === 'add') return edit(document, path.split('/').slice(1), 'add', value);
  const moved = get(from);
  if (moved === undefined || (op === 'move' && path.startsWith(`${from}/`))) return undefined;
  const rest = op === 'move' ? edit(document, from.split('/').slice(1), 'remove') : document;
  return rest === undefined ? undefined : edit(rest, path.split('/').slice(1), 'add', moved);
}

function find(document: JsonValue | undefined, tokens: readonly string[]): JsonValue | undefined {
  const [token, ...rest] = tokens;
  if (token === undefined || document === undefined) return document;
  if (Array.isArray(document)) return String(Number(token)) === token ? find(document[Number(token)], rest) : undefined;
  return document !== null && typeof document === 'object' ? find(document[token], rest) : undefined;
}

function edit(
  document: JsonValue,
  tokens: readonly string[],
  how: string,
  value: JsonValue = null,
): JsonValue | undefined {
  const [token = '', ...rest] = tokens;
  if (document === null || typeof document !== 'object') return undefined;
  if (rest.length > 0) {
    const child = find(document, [token]);
    const edited = child === undefined ? undefined : edit(child, rest, how, value);
    if (edited === undefined) return undefined;
    return Array.isArray(document) ? document.with(Number(token), edited) : { ...document, [token]: edited };
  }
  if (Array.isArray(document)) {
    const index = how === 'add' && token === '-' ? document.length : Number(token);
    const isIndex = token === '-' ? how === 'add' : String(index) === token;
    if (!isIndex || index > document.length - (how === 'add' ? 0 : 1)) return undefined;
    return document.toSpliced(index, how === 'add' ? 0 : 1, ...(how === 'remove' ? [] : [value]));
  }
  if (how !== 'add' && document[token] === undefined) return undefined;
  if (how !== 'remove') return { ...document, [token]: value };
  return Object.fromEntries(Object.entries(document).filter(([key]) => key !== token));
}

function sorted(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  return `{${Object.keys(value)
    .sort()
    .map((key) => `${key}:${sorted(value[key])}`)
    .join()}}`;
}

test('JSON Patch agrees with a naive reading of RFC 6902', () => {
  const key = fc.constantFrom('a', 'b', 'c');
  const { tree } = fc.letrec<{ tree: JsonValue }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<JsonValue>(null, true, 0, 1, 'x'),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  const token = fc.oneof(key, fc.constantFrom('0', '0', '1', '-', '01'));
  const pointer = fc.array(token, { maxLength: 2 }).map((tokens) => ['', 'x', ...tokens].join('/'));
  const operation = fc.record({
    op: fc.constantFrom('add', 'remove', 'replace', 'move', 'copy', 'test'),
    path: pointer,
    from: pointer,
    value: tree,
  });
  let applied = 0;
  fc.assert(
    fc.property(tree, fc.array(operation, { minLength: 1, maxLength: 3 }), (x, operations) => {
      const resource: JsonObject = { resourceType: 'Basic', x };
      let expected: JsonValue | undefined = cloneJson(resource);
      for (const one of operations) expected = expected === undefined ? undefined : naive(expected, one);
      if (expected === undefined) expect(() => patch(resource, operations)).toThrow(Fault);
      else {
        expect(patch(resource, operations)).toEqual(expected);
        applied += 1;
      }
    }),
    { numRuns: 3000 },
  );
  expect(applied).toBeGreaterThan(300);
});
