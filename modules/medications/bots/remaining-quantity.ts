import { defineBot, setDecimal, type BotContext, type Stored } from '#sdk';
import { extensionOf, isOurs, REMAINING } from '../order.ts';
import { prescriptionIds } from '../projections/dispenses.ts';
import { remainingQuantity } from '../remaining-quantity.ts';

/** After each dispense the prescription says what is left of it. */
export const remainingQuantityBot = defineBot<'MedicationDispense'>({
  name: 'remaining-quantity',
  title: 'Keeps what is left of prescriptions',
  on: { criteria: 'MedicationDispense?prescription:missing=false' },
  async run({ resource }, context) {
    for (const id of resource === undefined ? [] : prescriptionIds(resource)) {
      const order = await context.read('MedicationRequest', id);
      if (order !== undefined && isOurs(order)) await keep(order, context);
    }
  },
});

/** The rule of the same name derives the value; it is asked where it differs. */
async function keep(order: Stored<'MedicationRequest'>, context: BotContext): Promise<void> {
  const quantity = order.dispenseRequest?.quantity;
  const { remaining } = await context.inTransaction((clinic) =>
    remainingQuantity({ tenant: context.tenant, projection: clinic.projection }, order),
  );
  const before = extensionOf(order, REMAINING)?.valueQuantity;
  if (quantity === undefined || remaining === undefined) return;
  const valueQuantity = setDecimal(quantity, 'value', remaining);
  if (before?.value === valueQuantity.value) return;
  await context.change('MedicationRequest', order.id, (current) => ({
    ...current,
    extension: [...(current.extension ?? []).filter(({ url }) => url !== REMAINING), { url: REMAINING, valueQuantity }],
  }));
}
