import { defineOperation, type Stored } from '#sdk';
import { dayPart, parameters, parts, referencePart } from '../answer.ts';
import { faults } from '../faults.ts';
import { idOf } from '../elements.ts';
import { namedProduct } from '../named-product.ts';
import { stockOnHand as levels, type StockLevel } from '../on-hand.ts';
import { visibleById } from '../visible.ts';

export const stockOnHand = defineOperation({
  code: 'stock-on-hand',
  title: 'What is there',
  text: 'How much of which lots is at a place, now or at an earlier moment.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: false,
  input: {
    product: {
      type: 'string',
      text: 'MedicationKnowledge/[id], a code of CodeSystem product, or a GTIN; default all.',
    },
    lot: { type: 'string', text: 'Medication/[id]; default all.' },
    'as-of': { type: 'dateTime', text: 'How it was then, by the times at which stock moved.' },
    'include-children': { type: 'boolean', text: 'Also places that are part of it.' },
  },
  output: {
    return: {
      type: 'Resource',
      min: 1,
      text: 'Parameters: "line" with parts location, product, lot, lot-number, expiry, status, on-hand, reserved, unit.',
    },
  },
  async run(context, { id = '', input }) {
    const product = input.product === undefined ? undefined : (await namedProduct(context, input.product)).id;
    const asOf = momentOf(input['as-of'], context.now());
    const found = await levels(context, {
      location: id,
      product,
      lot: input.lot === undefined ? undefined : (idOf({ reference: input.lot }, 'Medication') ?? input.lot),
      asOf,
      includeChildren: input['include-children'],
    });
    const lots = await visibleById(context, 'Medication', idsOf(found, 'lot'));
    const places = await visibleById(context, 'Location', idsOf(found, 'location'));
    const products = await visibleById(context, 'MedicationKnowledge', idsOf(found, 'product'));
    const shown = found.filter((line) => lots.has(line.lot) && places.has(line.location) && products.has(line.product));
    return parameters(
      shown.map((line) =>
        parts('line', [
          referencePart('location', `Location/${line.location}`),
          { name: 'product', valueReference: productReference(line.product, products.get(line.product)) },
          referencePart('lot', `Medication/${line.lot}`),
          { name: 'lot-number', valueString: line.lotNumber },
          dayPart('expiry', line.expiresOn),
          { name: 'status', valueCode: line.status },
          { name: 'on-hand', valueInteger: line.onHand },
          asOf === undefined ? { name: 'reserved', valueInteger: line.reserved } : undefined,
          { name: 'unit', valueString: line.unit },
        ]),
      ),
    );
  },
});

function momentOf(text: string | undefined, now: Date): Date | undefined {
  if (text === undefined) return undefined;
  const moment = new Date(text);
  if (Number.isNaN(moment.getTime()) || moment > now) throw faults.badMoment();
  return moment;
}

function idsOf(levels: readonly StockLevel[], name: 'lot' | 'location' | 'product'): readonly string[] {
  return levels.map((level) => level[name]);
}

function productReference(
  id: string,
  knowledge: Stored<'MedicationKnowledge'> | undefined,
): { readonly reference: string; readonly display?: string } {
  const display = knowledge?.code?.text ?? knowledge?.code?.coding?.[0]?.display;
  return { reference: `MedicationKnowledge/${id}`, ...(display === undefined ? {} : { display }) };
}
