import type { Change, ClinicReader, TypeName } from '#sdk';
import { survivorOf, unmergedFrom } from './link.ts';
import { onlyMove } from './references.ts';

/**
 * Whether a change does nothing but to move references from a patient to the one whom they were merged into, or back from
 * there when the charts are taken apart: then a resource is still what it was, and what is final or posted may be changed so.
 */
export async function isMergeRelink<T extends TypeName>(
  { before, after }: Pick<Change<T>, 'before' | 'after'>,
  reader: Pick<ClinicReader, 'resolve'>,
): Promise<boolean> {
  if (before === undefined || after === undefined) return false;
  const move = onlyMove(before, after);
  if (move === undefined) return false;
  const { from, to, bases } = move;
  for (const base of bases) {
    const left = await reader.resolve({ reference: `${base}${from}` }, 'Patient');
    const entered = await reader.resolve({ reference: `${base}${to}` }, 'Patient');
    if (left === undefined || entered === undefined) return false;
    if (survivorOf(left) !== to && !unmergedFrom(entered).includes(from)) return false;
  }
  return true;
}
