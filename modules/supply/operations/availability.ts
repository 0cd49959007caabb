import { defineOperation } from '#sdk';
import { availability as plan } from '../allocation.ts';
import { dayPart, parameters, parts, referencePart } from '../answer.ts';
import { namedProduct } from '../named-product.ts';
import { visibleById } from '../visible.ts';
import { checkedAmount } from '../amount.ts';

export const availability = defineOperation({
  code: 'availability',
  title: 'What could be dispensed',
  text: 'Which lots of a product would be used at a place for a quantity: usable ones, not reserved for others, in the order in which they are to be used. Nothing is written.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: false,
  input: {
    product: { type: 'string', min: 1, text: 'MedicationKnowledge/[id], a code of CodeSystem product, or a GTIN.' },
    quantity: { type: 'integer', text: 'Base units; default 1.' },
    'minimum-expiry': { type: 'date', text: 'The lots must be good at least through this day.' },
  },
  output: {
    return: {
      type: 'Resource',
      min: 1,
      text: 'Parameters: "line" with parts lot, lot-number, expiry, quantity; "available" and "missing" in base units.',
    },
  },
  async run(context, { id = '', input }) {
    const product = await namedProduct(context, input.product);
    const quantity = checkedAmount(input.quantity ?? 1);
    const wish = {
      location: id,
      product: product.id,
      quantity,
      at: context.now(),
      minimumExpiry: input['minimum-expiry'],
    };
    const { lots, available, missing } = await plan(context, wish);
    const visible = await visibleById(
      context,
      'Medication',
      lots.map(({ lot }) => lot),
    );
    return parameters([
      ...lots
        .filter(({ lot }) => visible.has(lot))
        .map((line) =>
          parts('line', [
            referencePart('lot', `Medication/${line.lot}`),
            { name: 'lot-number', valueString: line.lotNumber },
            dayPart('expiry', line.expiresOn),
            { name: 'quantity', valueInteger: line.quantity },
          ]),
        ),
      { name: 'available', valueInteger: available },
      { name: 'missing', valueInteger: missing },
    ]);
  },
});
