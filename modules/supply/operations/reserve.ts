import { defineOperation } from '#sdk';
import { checkedAmount } from '../amount.ts';
import { parameters } from '../answer.ts';
import { idOf } from '../elements.ts';
import { faults } from '../faults.ts';
import { namedProduct } from '../named-product.ts';
import { reserve as keep } from '../reservation.ts';

export const reserve = defineOperation({
  code: 'reserve',
  title: 'Reserve stock',
  text: 'Keeps base units of a product at a place, of the lots whose turn it is, until a time.',
  levels: ['type'],
  types: ['SupplyRequest'],
  affectsState: true,
  input: {
    location: { type: 'Reference', min: 1, text: 'The Location.' },
    product: { type: 'string', min: 1, text: 'MedicationKnowledge/[id], a code of CodeSystem product, or a GTIN.' },
    quantity: { type: 'integer', min: 1, text: 'Base units.' },
    until: { type: 'dateTime', text: 'When it is free again; default after the setting reservation-hours.' },
    for: { type: 'Reference', text: 'What it is for, such as a MedicationRequest.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'Parameters: "reservation", a SupplyRequest for each lot.' } },
  async run(context, { input }) {
    const location = idOf(input.location, 'Location');
    if (location === undefined) throw faults.unknownPlace();
    const product = await namedProduct(context, input.product);
    const wish = { location, product: product.id, quantity: checkedAmount(input.quantity), at: context.now() };
    const reservations = await context.inTransaction((clinic) =>
      keep(clinic, wish, { until: input.until, cause: input.for?.reference }),
    );
    return parameters(reservations.map((resource) => ({ name: 'reservation', resource })));
  },
});
