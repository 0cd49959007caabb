import { isMergeRelink } from '#modules/administration';
import { defineRule, type ResourceOf, type RuleContext } from '#sdk';
import { extensionOf, idOf, withProfile } from '../elements.ts';
import { faults } from '../faults.ts';
import { structure } from '../names.ts';
import { categoryOf, requestIn, type RequestCategory } from '../request.ts';
import { countedQuantity, productOfLot, productWithId } from '../units.ts';

type SupplyRequest = ResourceOf<'SupplyRequest'> & { readonly id: string };

/** Reservations, and lines of purchase orders. */
export const request = defineRule({
  name: 'stock-request',
  on: 'SupplyRequest',
  async change({ before, after }, context) {
    if (after === undefined) return;
    const category = categoryOf(after);
    const was = requestIn(before);
    if (was !== undefined && before !== undefined && was.status !== 'draft') {
      if (!(await isMergeRelink({ before, after }, context))) checkStep(before, after);
      return;
    }
    if (category === undefined) {
      if (was !== undefined) throw faults.frozenRequest();
      return;
    }
    const made = await completed(after, category, context);
    if (requestIn(made) === undefined) throw malformed(category);
    return made;
  },
  async check({ before, after }, context) {
    const was = requestIn(before);
    if (after === undefined && was !== undefined && was.status !== 'draft') throw faults.keptRequest();
    const category = after && categoryOf(after);
    if (after === undefined || category === undefined || was !== undefined) return;
    const product = await productOf(after, category, context);
    if (product === undefined || product.baseUnit !== after.quantity.code) throw malformed(category);
  },
});

async function completed(
  given: SupplyRequest,
  category: RequestCategory,
  context: RuleContext,
): Promise<SupplyRequest> {
  const isReservation = category === 'reservation';
  const product = await productOf(given, category, context);
  const made = withProfile(
    {
      ...given,
      quantity: countedQuantity(given.quantity, product),
      authoredOn: given.authoredOn ?? context.now().toISOString(),
    },
    isReservation ? 'stock-reservation' : 'purchase-order-line',
  );
  if (!isReservation || extensionOf(made, 'reservation-expires') !== undefined) return made;
  const until = new Date(context.now().getTime() + Number(context.setting('reservation-hours')) * 3_600_000);
  const expires = { url: structure('reservation-expires'), valueDateTime: until.toISOString() };
  return { ...made, extension: [...(made.extension ?? []), expires] };
}

function productOf(
  given: SupplyRequest,
  category: RequestCategory,
  context: RuleContext,
): ReturnType<typeof productOfLot> {
  if (category === 'reservation') {
    const lot = idOf(given.itemReference, 'Medication');
    return lot === undefined ? Promise.resolve(undefined) : productOfLot(lot, context);
  }
  const product = idOf(extensionOf(given, 'request-product')?.valueReference, 'MedicationKnowledge');
  return product === undefined ? Promise.resolve(undefined) : productWithId(product, context);
}

/** @throws Fault 422 when more changes than an active request's status */
function checkStep(before: SupplyRequest, after: SupplyRequest): void {
  const content = ({ meta: _meta, text: _text, status: _status, ...rest }: SupplyRequest): string =>
    JSON.stringify(rest);
  const isStep =
    before.status === after.status ||
    (before.status === 'active' && ['completed', 'cancelled', 'entered-in-error'].includes(after.status ?? ''));
  if (!isStep || content(before) !== content(after)) throw faults.frozenRequest();
}

function malformed(category: RequestCategory): Error {
  return category === 'reservation' ? faults.badReservation() : faults.badOrderLine();
}
