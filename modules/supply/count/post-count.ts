import type { ClinicTransaction, Stored } from '#sdk';
import { faults } from '../faults.ts';
import { stockOnHand } from '../on-hand.ts';
import { post, type NewMovement } from '../post.ts';
import { releaseDownTo } from '../reservation.ts';
import { sheetIn } from './sheet.ts';

/**
 * Enters the differences between what was counted and what the ledger says for the moment of each count; what moved since
 * then stays as it was entered. Reservations for which too little is left end, newest first.
 */
export async function postCount(
  clinic: ClinicTransaction,
  list: Stored<'List'>,
): Promise<readonly Stored<'SupplyDelivery'>[]> {
  const sheet = sheetIn(list);
  if (sheet === undefined) throw faults.notACount();
  const left = sheet.lines.filter(({ counted }) => counted === undefined).length;
  if (left > 0) throw faults.countIncomplete(left);
  const movements: NewMovement[] = [];
  for (const { lot, counted = 0, countedAt } of sheet.lines) {
    const [now] = await stockOnHand(clinic, { location: sheet.location, lot });
    const asOf = new Date(countedAt ?? list.meta.lastUpdated);
    const [then] = await stockOnHand(clinic, { location: sheet.location, lot, asOf });
    const difference = counted - (then?.onHand ?? 0);
    if (difference === 0) continue;
    const both = { lot, reason: 'RECOUNTED', quantity: Math.abs(difference), cause: `List/${list.id}` } as const;
    if (difference > 0) {
      movements.push({ ...both, type: 'count-gain', destination: sheet.location });
      continue;
    }
    const most = Math.max(0, (now?.onHand ?? 0) + difference);
    await releaseDownTo(clinic, { location: sheet.location, lot, most });
    movements.push({ ...both, type: 'count-loss', origin: sheet.location });
  }
  return post(clinic, movements);
}
