import { stockOnHand, type StockReader } from '#modules/supply';

export type { StockReader } from '#modules/supply';

/**
 * What the ledger says is at a place.
 * @param location `Location/1`
 * @returns base units by lot, `Medication/1`; lots of which there is none are left out
 */
export async function stockAt(reader: StockReader, location: string): Promise<ReadonlyMap<string, number>> {
  const levels = await stockOnHand(reader, { location: location.replace('Location/', '') });
  return new Map(levels.map(({ lot, onHand }) => [`Medication/${lot}`, onHand]));
}
