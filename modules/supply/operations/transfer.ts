import { defineOperation, type ClinicTransaction } from '#sdk';
import { allocate } from '../allocation.ts';
import { parameters } from '../answer.ts';
import { idOf } from '../elements.ts';
import { faults } from '../faults.ts';
import { readLines, type Line } from '../line.ts';
import { post, type NewMovement } from '../post.ts';

export const transfer = defineOperation({
  code: 'transfer',
  title: 'Send stock to another place',
  text: 'Stock leaves this place and is on its way until SupplyDelivery/[id]/$arrive; or is there at once.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: true,
  input: {
    to: { type: 'Reference', min: 1, text: 'The Location that it goes to.' },
    line: {
      type: 'Resource',
      min: 1,
      max: '*',
      text: 'SupplyDelivery: suppliedItem.quantity, and a lot as itemReference or barcode, or a product as itemCodeableConcept: then the lots whose turn it is.',
    },
    direct: { type: 'boolean', text: 'It is there at once; nobody has to receive it.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'Parameters: "movement", one for each lot.' } },
  async run(context, { id = '', input }) {
    const destination = idOf(input.to, 'Location');
    if (destination === undefined) throw faults.unknownPlace();
    const status = input.direct === true ? 'completed' : 'in-progress';
    const movements = await context.inTransaction(async (clinic) => {
      const now = context.now();
      const lines = await readLines(clinic, input.line, now.getUTCFullYear());
      const lots = await lotsOf(clinic, lines, id, now);
      return post(
        clinic,
        lots.map((each): NewMovement => ({ ...each, type: 'transfer', origin: id, destination, status })),
      );
    });
    return parameters(movements.map((resource) => ({ name: 'movement', resource })));
  },
});

async function lotsOf(
  clinic: ClinicTransaction,
  lines: readonly Line[],
  location: string,
  at: Date,
): Promise<readonly { readonly lot: string; readonly quantity: number }[]> {
  const open = lines.filter(({ lot }) => lot === undefined);
  const plans =
    open.length === 0
      ? []
      : await allocate(
          clinic,
          open.map(({ product, quantity }) => ({ location, product: product.id, quantity, at })),
        );
  const named = lines.flatMap(({ lot, quantity }) => (lot === undefined ? [] : [{ lot: lot.id, quantity }]));
  const planned = plans.flatMap(({ lots }) => lots.map(({ lot, quantity }) => ({ lot, quantity })));
  return [...named, ...planned];
}
