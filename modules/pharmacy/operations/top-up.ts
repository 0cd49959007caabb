import { defineOperation } from '#sdk';
import { allocate, availability, post, type StockWish } from '#modules/supply';
import { bundleOf } from '../collection.ts';
import { zoneOf } from '../dispensing/zone-of.ts';
import { faults } from '../faults.ts';
import { localName } from '../vault/moved.ts';
import { topUpOf } from '../ward/top-up.ts';

export const topUp = defineOperation({
  code: 'top-up',
  title: 'Fill up a ward',
  text: 'Moves to the ward what it lacks, of the lots whose turn it is; where there is not enough, what there is. A second time moves nothing.',
  levels: ['instance'],
  types: ['Location'],
  affectsState: true,
  input: {
    from: { type: 'Reference', min: 1, text: 'Where it is taken from: Location/[id].' },
    product: { type: 'Reference', max: '*', text: 'Only these products: MedicationKnowledge/[id].' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'Bundle of the SupplyDeliverys of type transfer.' } },
  async run(context, { id = '', input }) {
    const from = localName(input.from).replace('Location/', '');
    if (from === '' || from === id) throw faults.whereFrom();
    const only = input.product.map((each) => localName(each).replace('MedicationKnowledge/', ''));
    const zone = await zoneOf(context, `Location/${id}`);
    const at = context.now();
    return context.inTransaction(async (clinic) => {
      await clinic.lock(`top-up|${id}`);
      const lines = (await topUpOf(clinic, id, at, zone)).filter(
        ({ product, needed }) => needed > 0 && (only.length === 0 || only.includes(product)),
      );
      const wishes: StockWish[] = [];
      for (const { product, needed } of lines) {
        const wish = { location: from, product, quantity: needed, at };
        const { available } = await availability(clinic, wish);
        if (available > 0) wishes.push({ ...wish, quantity: Math.min(needed, available) });
      }
      if (wishes.length === 0) return bundleOf([]);
      const plans = await allocate(clinic, wishes);
      const moved = plans.flatMap(({ lots }) =>
        lots.map(({ lot, quantity }) => ({ type: 'transfer' as const, lot, quantity, origin: from, destination: id })),
      );
      return bundleOf(await post(clinic, moved));
    });
  },
});
