import { localDay, stockOnHand, type StockReader } from '#modules/supply';

/** A product of which a ward is to have some. Base units. */
export interface TopUpLine {
  /** Id of the MedicationKnowledge. */
  readonly product: string;
  /** What is to be there: the maximum of its stock policy. */
  readonly par: number;
  /** What is there and may be used. */
  readonly onHand: number;
  readonly needed: number;
}

/**
 * What a ward lacks, by its stock policies: par less what is there. Expired, recalled and quarantined lots are not counted.
 * @param ward id of a Location
 */
export async function topUpOf(
  reader: StockReader,
  ward: string,
  now: Date,
  zone: string | undefined,
): Promise<readonly TopUpLine[]> {
  const tables = await reader.projection('supply.stock');
  const policies = await tables.query<{ readonly product: string; readonly par: number }>(
    'select product, maximum::float8 as par from @stock_policy where tenant = $1 and location = $2 order by product',
    [tables.tenant, ward],
  );
  const today = localDay(now, zone);
  const levels = (await stockOnHand(reader, { location: ward })).filter(
    ({ status, expiresOn }) => status === 'active' && (expiresOn === null || expiresOn >= today),
  );
  return policies.map(({ product, par }) => {
    const onHand = levels.filter((level) => level.product === product).reduce((sum, each) => sum + each.onHand, 0);
    return { product, par, onHand, needed: Math.max(0, par - onHand) };
  });
}
