import { isMergeRelink } from '#modules/administration';
import { defineRule } from '#sdk';
import { faults } from '../faults.ts';
import { pricedInvoice, type Invoice } from '../invoice/priced-invoice.ts';
import { sellsProducts } from '../invoice/sold-line.ts';
import { claims, PRICED_INVOICE } from '../names.ts';
import { changedAmong, isSame, withDigitsOf } from '../same.ts';

/** What may still be said of an Invoice that was issued. */
const OPEN: readonly string[] = ['id', 'meta', 'text', 'status', 'cancelledReason', 'note', 'identifier'];

const STEPS: Readonly<Record<string, readonly Invoice['status'][]>> = {
  issued: ['balanced', 'cancelled', 'entered-in-error'],
  balanced: ['issued', 'cancelled', 'entered-in-error'],
  cancelled: ['entered-in-error'],
};

/**
 * An Invoice of the profile has the discounts that apply and no others, adds up, and stays as it was issued. One with a product of the
 * stock is a sale and becomes one of the profile, whoever writes it: its lines say what the product costs.
 */
export const invoice = defineRule<'Invoice'>({
  name: 'invoice',
  on: 'Invoice',
  async change({ before, after }, context) {
    if (after === undefined) return undefined;
    if (before !== undefined && isIssued(before)) return withDigitsOf(before, after, fixedIn(before, after));
    const isClaimed = claims(after, PRICED_INVOICE);
    // A draft whose patient was merged is priced when it is issued.
    if (isClaimed && before !== undefined && claims(before, PRICED_INVOICE) && isPricedAlike(before, after))
      return undefined;
    // What was issued elsewhere is not sold here, as long as its lines stay.
    const isForeign = !isClaimed && before !== undefined && before.status !== 'draft';
    if (isForeign && isSame(before.lineItem, after.lineItem)) return undefined;
    const isSale = await sellsProducts(after, context);
    return isSale || isClaimed ? pricedInvoice(after, before, context) : undefined;
  },
  async check(change, context) {
    const { before, after } = change;
    if (before === undefined || !isIssued(before)) return undefined;
    if (after === undefined) throw faults.invoiceKept();
    const isStep = before.status === after.status || (STEPS[before.status] ?? []).includes(after.status);
    const changed = [
      ...(isStep ? [] : ['status']),
      ...changedAmong(before, after, fixedIn(before, after)),
      ...(claims(after, PRICED_INVOICE) ? [] : ['meta.profile']),
    ];
    if (changed.length > 0 && !(await isMergeRelink(change, context))) throw faults.invoiceFrozen(changed);
    return undefined;
  },
});

/** Of the profile, and no draft any more. */
function isIssued(invoice: Invoice | undefined): boolean {
  return invoice !== undefined && claims(invoice, PRICED_INVOICE) && invoice.status !== 'draft';
}

function isPricedAlike(before: Invoice, after: Invoice): boolean {
  return changedAmong(before, after, ['status', 'date', 'lineItem', 'totalNet', 'totalGross']).length === 0;
}

/** What stays as it was issued. */
function fixedIn(before: Invoice, after: Invoice): readonly (keyof Invoice)[] {
  const names = [...Object.keys(before), ...Object.keys(after)] as (keyof Invoice)[];
  return [...new Set(names)].filter((name) => !OPEN.includes(name));
}
