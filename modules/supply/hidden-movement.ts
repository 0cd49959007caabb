import type { ResourceOf, RuleContext } from '#sdk';
import { faults } from './faults.ts';
import { TABLES_OF_STOCK } from './stock-tables.ts';

/**
 * Deliveries of other things are none of the ledger's business; one of a stock lot that does not say that it is a movement
 * would be a way around it.
 * @throws Fault 422
 */
export async function refuseHiddenMovement(
  { suppliedItem }: ResourceOf<'SupplyDelivery'>,
  context: Pick<RuleContext, 'projection'>,
): Promise<void> {
  // Also as a URL: whose server it names is not asked, so that no spelling gets by.
  const [, lot] =
    /(?:^|\/)Medication\/([A-Za-z0-9.-]{1,64})(?:$|\/)/.exec(suppliedItem?.itemReference?.reference ?? '') ?? [];
  if (lot === undefined) return;
  const tables = await context.projection(TABLES_OF_STOCK);
  const found = await tables.query('select from @stock_lot where tenant = $1 and id = $2', [tables.tenant, lot]);
  if (found.length > 0) throw faults.notAMovement();
}
