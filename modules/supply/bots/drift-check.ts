import { defineBot } from '#sdk';
import { stockDrift } from '../drift.ts';
import { localDay } from '../local-day.ts';
import { stockTask } from '../task.ts';

/** Balances are what the ledger says, or somebody hears of it. */
export const driftCheck = defineBot({
  name: 'stock-drift-check',
  title: 'Compares balances with the ledger each night',
  on: { cron: '40 1 * * *' },
  timeoutMs: 600_000,
  async run(_event, context) {
    const now = context.now();
    await context.inTransaction(async (clinic) => {
      const drift = await stockDrift(clinic);
      if (drift.length === 0) return;
      context.log('error', `${drift.length} balances of stock differ from the ledger`);
      for (const { location, lot, ledger, balance } of drift.slice(0, 100)) {
        const description = `The ledger says ${ledger}, the balance ${balance}. Rebuild the projection supply.stock.`;
        const focus = `Medication/${lot}`;
        const task = stockTask({ code: 'drift', focus, description, location: `Location/${location}`, at: now });
        await clinic.createOnce(`drift|${location}|${lot}|${localDay(now, undefined)}`, task);
      }
    });
  },
});
