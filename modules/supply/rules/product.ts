import { defineRule } from '#sdk';
import { claims, extensionOf, withProfile } from '../elements.ts';
import { faults } from '../faults.ts';
import { productIn } from '../product.ts';
import { TABLES_OF_STOCK } from '../stock-tables.ts';

/** Stock is counted in one unit for ever. */
export const product = defineRule({
  name: 'stock-product',
  on: 'MedicationKnowledge',
  async change({ before, after, id }, context) {
    if (after === undefined) return;
    const unit = extensionOf(after, 'base-unit')?.valueCode;
    if (unit !== undefined && !/^[A-Za-z0-9[\]{}%/.*'_-]{1,40}$/.test(unit)) throw faults.badBaseUnit();
    const made = unit === undefined ? after : withProfile(after, 'stock-product');
    const was = productIn(before);
    if (was !== undefined && (was.baseUnit !== unit || !claims(made, 'stock-product'))) {
      const tables = await context.projection(TABLES_OF_STOCK);
      const lots = await tables.query('select from @stock_lot where tenant = $1 and product = $2 limit 1', [
        tables.tenant,
        id,
      ]);
      if (lots.length > 0) throw faults.frozenUnit();
    }
    return made;
  },
});
