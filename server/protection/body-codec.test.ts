import { randomBytes } from 'node:crypto';
import { createBodyCodec } from './body-codec.ts';
import type { DataKeys } from './data-keys.ts';
import type { DataKey } from './key-chain.ts';
import { createSealer } from './sealer.ts';

/** Keys in memory: number 1 of patient a, number 2 of patient b. */
function keysIn(held: Map<number, DataKey>): DataKeys {
  return {
    get: (id) => held.get(id),
    load: () => Promise.resolve(),
    sealing: (_tenant, owners) =>
      Promise.resolve(
        new Map([...held.values()].filter(({ owner }) => owners.includes(owner)).map((key) => [key.owner, key])),
      ),
    forget: () => undefined,
  };
}

const TYPE = 1;
const held = new Map<number, DataKey>();
const codec = createBodyCodec({
  keys: keysIn(held),
  sealer: createSealer(randomBytes(32)),
  fresh: () => undefined,
  rules: () => ({
    systems: new Set(['ssn']),
    identifierTypes: new Set(),
    elements: new Map([['Basic', [['a'], ['b'], ['c', 'd']]]]),
  }),
  typeName: () => 'Basic',
});

beforeEach(() => {
  for (const [id, owner] of ['', 'a', 'b'].entries()) held.set(id, { id, owner, tenant: 1, key: randomBytes(32) });
});

async function sealed(body: string): Promise<string> {
  const [text = ''] = await codec.seal(1, [{ pid: 1, typeId: TYPE, id: 'x', body }]);
  return text;
}

async function opened(body: string, row: object = { id: 'x', type: TYPE }, tenant = 1): Promise<string> {
  const [found] = await codec.open([{ ...row, body }], tenant);
  return found?.body ?? '';
}

const BODIES = [
  '}}',
  '},"other":1}',
  '},"a":"x"}',
  '},"a":1.50,"b":[{"x":"\\"\\\\/"}],"z":true}',
  '},"z":1,"a":{"b":2.0}}',
  '},"c":[{"d":"1","e":2},{"e":3},{"d":"4"}],"identifier":{"system":"ssn","value":"\\u0001"}}',
  '"profile":["p"]},"text":{"status":"generated","div":"<div/>"},"a":null}',
] as const;

test.each(BODIES)('%s is what it was', async (body) => {
  const text = await sealed(body);
  expect(await opened(text)).toBe(body);
  expect(await opened(text, { id: 'contained', type: 9, bodyId: 'x', bodyType: TYPE })).toBe(body);
});

test('what is encrypted by a destroyed key is gone; what is around it stays', async () => {
  const cases = [
    ['},"a":1,"b":2}', '}}'],
    ['},"a":1,"z":2}', '},"z":2}'],
    ['},"z":2,"a":1}', '},"z":2}'],
    ['},"y":1,"a":1,"b":1,"z":2}', '},"y":1,"z":2}'],
    ['},"c":[{"d":1},{"d":2,"e":3},{"e":4,"d":5}]}', '},"c":[{},{"e":3},{"e":4}]}'],
  ] as const;
  const texts = await Promise.all(cases.map(([body]) => sealed(body)));
  held.set(0, { id: 0, owner: '', tenant: 1, key: undefined });
  for (const [index, [, left]] of cases.entries()) {
    expect(JSON.parse(`{"meta":{${await opened(texts[index] ?? '')}`)).toEqual(JSON.parse(`{"meta":{${left}`));
  }
});

test('it opens in its own place only', async () => {
  const text = await sealed('},"subject":{"reference":"Patient/a"},"a":"secret","b":"other"}');
  await expect(opened(text, { id: 'y', type: TYPE })).rejects.toThrow();
  await expect(opened(text, { id: 'x', type: 2 })).rejects.toThrow();
  await expect(opened(text, { id: 'x', type: TYPE }, 2)).rejects.toThrow(/not there/);
  await expect(opened(text.replace('"a":"', '"b":"').replace(/"b":"([^"]*)"\}$/, '"a":"$1"}'))).rejects.toThrow();
  await expect(opened(text, {})).rejects.toThrow(/id and type/);
  held.delete(1);
  await expect(opened(text)).rejects.toThrow(/not there/);
});

test('what is contained is encrypted for whom its container is', async () => {
  const [container = '', inner = ''] = await codec.seal(1, [
    { pid: 7, typeId: TYPE, id: 'x', body: '},"subject":{"reference":"Patient/b"},"a":1}' },
    { pid: -(7 * 65_536 + 3), typeId: -TYPE, id: 'in', body: '},"a":2}' },
  ]);
  expect([container, inner].map((text) => /\\\/([0-9a-z]+)\./.exec(text)?.[1])).toEqual(['2', '2']);
});

test('texts that are encrypted as a whole', () => {
  const text = codec.sealText('{"x":1}', 'here');
  expect(codec.openText(text, 'here')).toBe('{"x":1}');
  expect(codec.openText('{"x":1}', 'here')).toBe('{"x":1}');
  expect(() => codec.openText(text, 'there')).toThrow();
});
