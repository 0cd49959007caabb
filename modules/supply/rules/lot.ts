import { defineRule, type RuleContext } from '#sdk';
import { withProfile } from '../elements.ts';
import { faults } from '../faults.ts';
import { claimsToBeLot, lotIn, type Lot, type LotStatus } from '../lot.ts';
import { TABLES_OF_STOCK } from '../stock-tables.ts';

/** Out of these no lot comes back. */
const FINAL: readonly LotStatus[] = ['recalled', 'damaged'];

/** Lots: one per product, maker and number; what the box says does not change. */
export const lot = defineRule({
  name: 'stock-lot',
  on: 'Medication',
  async change({ before, after }, context) {
    if (after === undefined) return;
    const was = lotIn(before);
    if (was === undefined && !claimsToBeLot(after)) return;
    const made = claimsToBeLot(after) ? withProfile(after, 'stock-lot') : after;
    const is = lotIn(made);
    if (is === undefined && claimsToBeLot(after)) throw faults.badLot();
    if (was !== undefined && identity(was) !== identity(is) && (await hasMoved(was.id, context)))
      throw faults.frozenLot();
    if (was !== undefined && FINAL.includes(was.status) && is?.status !== was.status)
      throw faults.finalStatus(was.status);
    if (is !== undefined && identity(was) !== identity(is)) await refuseSecond(is, context);
    return made;
  },
  async check({ before, after }, context) {
    const [was, is] = [lotIn(before), lotIn(after)];
    if (after === undefined && was !== undefined && (await hasMoved(was.id, context))) throw faults.usedLot();
    if (is === undefined || is.product === was?.product) return;
    const tables = await context.projection(TABLES_OF_STOCK);
    const found = await tables.query('select from @stock_product where tenant = $1 and id = $2', [
      tables.tenant,
      is.product,
    ]);
    if (found.length === 0) throw faults.badProduct();
  },
});

/** What the box says. */
function identity(known: Lot | undefined): string {
  return known === undefined
    ? ''
    : JSON.stringify([known.product, known.lotNumber, known.manufacturer, known.expiresOn]);
}

/** Two writers at the same moment meet at the projection's constraint; this one can tell the dates apart. */
async function refuseSecond(is: Lot, context: RuleContext): Promise<void> {
  const tables = await context.projection(TABLES_OF_STOCK);
  const [other] = await tables.query<{ expiresOn: string | null }>(
    `select expires_on::text as "expiresOn" from @stock_lot
     where tenant = $1 and product = $2 and manufacturer = $3 and lot_number = $4 and id <> $5`,
    [tables.tenant, is.product, is.manufacturer, is.lotNumber, is.id],
  );
  if (other === undefined) return;
  throw other.expiresOn === is.expiresOn ? faults.duplicateLot() : faults.otherExpiry();
}

async function hasMoved(id: string, context: RuleContext): Promise<boolean> {
  const tables = await context.projection(TABLES_OF_STOCK);
  const found = await tables.query('select from @stock_movement where tenant = $1 and lot = $2 limit 1', [
    tables.tenant,
    id,
  ]);
  return found.length > 0;
}
