import { defineBot } from '#sdk';
import { draftOrders } from '../reorder/draft-orders.ts';

/** What movements do not tell: reservations, lots that expired or were recalled, policies that changed. */
export const reorderSweep = defineBot({
  name: 'stock-reorder-sweep',
  title: 'Drafts purchase orders each morning',
  on: { cron: '30 3 * * *' },
  timeoutMs: 300_000,
  async run(_event, context) {
    const moment = { now: context.now(), newId: () => context.newId() };
    await context.inTransaction((clinic) => draftOrders(clinic, {}, moment));
  },
});
