import fc from 'fast-check';
import type { Stored } from '#sdk';
import { firstBreak } from './chain.ts';
import { readSeals, sealHash, START, withSeals } from './seal.ts';

const VAULT = 'Location/vault';

/** A chain of movements, each of one more unit than the one before. */
async function chainOf(length: number): Promise<Stored<'SupplyDelivery'>[]> {
  const movements: Stored<'SupplyDelivery'>[] = [];
  let previous = START;
  for (let seq = 1; seq <= length; seq += 1) {
    const movement: Stored<'SupplyDelivery'> = {
      resourceType: 'SupplyDelivery',
      id: `m${seq}`,
      meta: { versionId: '1', lastUpdated: '2026-11-26T00:00:00Z' },
      status: 'completed',
      suppliedItem: { quantity: { value: seq }, itemReference: { reference: 'Medication/lot-1' } },
      destination: { reference: 'Location/ward' },
    };
    const place = { vault: VAULT, seq, previous };
    const hash = await sealHash(movement, place);
    movements.push({ ...movement, ...withSeals(movement, [{ ...place, hash }]) } as Stored<'SupplyDelivery'>);
    previous = hash;
  }
  return movements;
}

function hashesOf(movements: readonly Stored<'SupplyDelivery'>[]): ReadonlyMap<number, string> {
  return new Map(movements.flatMap(readSeals).map(({ seq, hash }) => [seq, hash]));
}

test('a whole chain holds, in any order', async () => {
  const chain = await chainOf(5);
  expect(await firstBreak(VAULT, [...chain].reverse(), hashesOf(chain))).toBeUndefined();
  expect(await firstBreak(VAULT, [], new Map())).toBeUndefined();
});

test('what is meta, and who the patient is after a merge, is not part of it', async () => {
  const [first] = await chainOf(1);
  if (first === undefined) throw new Error('a chain of one has one');
  const merged = { ...first, meta: { ...first.meta, versionId: '2' }, patient: { reference: 'Patient/survivor' } };
  expect(await firstBreak(VAULT, [merged], hashesOf([first]))).toBeUndefined();
});

test('one altered byte is found, and the entry is named', async () => {
  const chain = await chainOf(6);
  const texts = chain.map((movement) => JSON.stringify(movement));
  const entry = fc.integer({ min: 0, max: 5 });
  const place = fc.integer({ min: 0, max: 1_000_000 });
  await fc.assert(
    fc.asyncProperty(entry, place, async (index, where) => {
      const text = texts[index] ?? '';
      const { meta, ...own } = JSON.parse(text) as { meta: object };
      const content = JSON.stringify(own);
      const at = where % content.length;
      const digit = content[at] === '7' ? '8' : '7';
      const altered = parsed(`${content.slice(0, at)}${digit}${content.slice(at + 1)}`);
      // What is no longer JSON, or no longer there, is noticed by whoever reads it.
      fc.pre(altered !== undefined && JSON.stringify(altered) !== content);
      const after = chain.map((movement, n) => (n === index ? { ...altered, meta } : movement));
      const found = await firstBreak(VAULT, after as unknown as Stored<'SupplyDelivery'>[], hashesOf(chain));
      expect(found).toBeDefined();
    }),
    { numRuns: 300 },
  );
  const [, , third] = chain;
  const quantity = { ...third?.suppliedItem, quantity: { value: 30 } };
  const altered = chain.map((each) => (each === third ? { ...each, suppliedItem: quantity } : each));
  expect(await firstBreak(VAULT, altered, hashesOf(chain))).toEqual({
    seq: 3,
    movement: 'SupplyDelivery/m3',
    reason: 'altered',
  });
});

test('an altered entry with a hash that fits is named too, and so is what is missing in the middle and at the end', async () => {
  const chain = await chainOf(4);
  const known = hashesOf(chain);
  const [first, second, third, fourth] = chain;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined)
    throw new Error('four');
  const [seal] = readSeals(second);
  if (seal === undefined) throw new Error('sealed');
  const forged = { ...second, destination: { reference: 'Location/elsewhere' } };
  const resealed = withSeals(forged, [{ ...seal, hash: await sealHash(forged, seal) }]) as Stored<'SupplyDelivery'>;
  expect(await firstBreak(VAULT, [first, resealed, third, fourth], known)).toMatchObject({ seq: 2, reason: 'altered' });
  expect(await firstBreak(VAULT, [first, third, fourth], known)).toMatchObject({ seq: 2, reason: 'missing' });
  expect(await firstBreak(VAULT, [first, second, third], known)).toMatchObject({ seq: 4, reason: 'missing' });
  expect(await firstBreak(VAULT, [first, second, second, third, fourth], known)).toMatchObject({ reason: 'duplicate' });
});

/** Undefined when the text is no JSON object. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
