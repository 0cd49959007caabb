import { canonicalText, defineRule, setDecimal, type ResourceOf } from '#sdk';
import { extensionOf, isInpatient, isOurs, REMAINING, type Order } from '../order.ts';
import { authorisedQuantity, remainingQuantity } from '../remaining-quantity.ts';

/** What may still be dispensed stands in the prescription for everybody to see; only what was dispensed changes it. */
export const remainingInOrder = defineRule<'MedicationRequest'>({
  name: 'remaining-quantity',
  on: 'MedicationRequest',
  async change({ before, after }, context) {
    if (after === undefined) return;
    const isCounted =
      isOurs(after) && !isInpatient(after) && after.status !== 'draft' && after.dispenseRequest !== undefined;
    if (!isCounted) return withRemaining(after, undefined);
    // Of a new one nothing was dispensed.
    if (before === undefined) return withRemaining(after, authorisedQuantity(after));
    return withRemaining(after, (await remainingQuantity(context, after)).remaining);
  },
});

function withRemaining(
  order: Order & { readonly id: string },
  remaining: string | undefined,
): ResourceOf<'MedicationRequest'> | undefined {
  const quantity = order.dispenseRequest?.quantity;
  const given = extensionOf(order, REMAINING);
  const valueQuantity = quantity && remaining !== undefined ? setDecimal(quantity, 'value', remaining) : undefined;
  if (canonicalText(given?.valueQuantity) === canonicalText(valueQuantity)) return undefined;
  const others = (order.extension ?? []).filter(({ url }) => url !== REMAINING);
  const extension = valueQuantity === undefined ? others : [...others, { url: REMAINING, valueQuantity }];
  const { extension: _replaced, ...rest } = order;
  return extension.length === 0 ? rest : { ...rest, extension };
}
