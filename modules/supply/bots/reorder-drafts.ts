import { defineBot } from '#sdk';
import { isAccount } from '../accounts.ts';
import { movementIn } from '../movement.ts';
import { draftOrders } from '../reorder/draft-orders.ts';
import { productOfLot } from '../units.ts';

/** Drafts an order when a movement has brought a place to its reorder point. */
export const reorderDrafts = defineBot<'SupplyDelivery'>({
  name: 'stock-reorder-drafts',
  title: 'Drafts purchase orders at the reorder point',
  on: { criteria: 'SupplyDelivery?movement-type:missing=false', interactions: ['create', 'update'] },
  async run({ resource }, context) {
    const movement = movementIn(resource);
    if (movement === undefined || isAccount(movement.origin)) return;
    const moment = { now: context.now(), newId: () => context.newId() };
    await context.inTransaction(async (clinic) => {
      const product = await productOfLot(movement.lot, clinic);
      if (product === undefined) return;
      await draftOrders(clinic, { product: product.id, location: movement.origin }, moment);
    });
  },
});
