import type { Stored } from '#sdk';
import type { Anchor } from './anchor.ts';
import { readSeals, sealHash, START } from './seal.ts';

/** The first place where a chain does not hold. */
export interface Break {
  readonly seq: number;
  /** `SupplyDelivery/1`; undefined when there is none with this number. */
  readonly movement: string | undefined;
  readonly reason: 'missing' | 'altered' | 'unlinked' | 'duplicate' | 'unlike-anchor';
}

/**
 * The first signed anchor that the chain does not agree with: then all of it was written anew.
 * @param known hashes of the chain by number
 */
export function firstUnanchored(anchors: readonly Anchor[], known: ReadonlyMap<number, string>): Break | undefined {
  const wrong = anchors.filter(({ seq, hash, isGenuine }) => !isGenuine || (seq > 0 && known.get(seq) !== hash));
  const [first] = [...wrong].sort((a, b) => a.seq - b.seq);
  return first && { seq: first.seq, movement: undefined, reason: 'unlike-anchor' };
}

/**
 * Follows the chain of a vault from its first movement.
 * @param movements all that carry a seal of the vault, in any order
 * @param known hashes by number as they are known elsewhere: who makes an altered entry a hash that fits would otherwise be
 * noticed one entry later, and who cuts off the end not at all
 */
export async function firstBreak(
  vault: string,
  movements: readonly Stored<'SupplyDelivery'>[],
  known: ReadonlyMap<number, string>,
): Promise<Break | undefined> {
  const entries = movements
    .flatMap((movement) => readSeals(movement).map((seal) => ({ movement, seal })))
    .filter(({ seal }) => seal.vault === vault)
    .sort((a, b) => a.seal.seq - b.seal.seq);
  let previous = START;
  let expected = 1;
  for (const { movement, seal } of entries) {
    const place = { seq: seal.seq, movement: `SupplyDelivery/${movement.id}` };
    if (seal.seq > expected) return { seq: expected, movement: undefined, reason: 'missing' };
    if (seal.seq < expected) return { ...place, reason: 'duplicate' };
    const isAltered =
      seal.hash !== (await sealHash(movement, seal)) || (known.get(seal.seq) ?? seal.hash) !== seal.hash;
    if (isAltered) return { ...place, reason: 'altered' };
    if (seal.previous !== previous) return { ...place, reason: 'unlinked' };
    previous = seal.hash;
    expected += 1;
  }
  return known.has(expected) ? { seq: expected, movement: undefined, reason: 'missing' } : undefined;
}
