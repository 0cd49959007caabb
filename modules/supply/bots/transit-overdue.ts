import { defineBot } from '#sdk';
import { TABLES_OF_STOCK } from '../stock-tables.ts';
import { stockTask } from '../task.ts';

/** Somebody looks for what did not arrive. */
export const transitOverdue = defineBot({
  name: 'stock-transit-overdue',
  title: 'Tasks for transfers that do not arrive',
  on: { cron: '20 2 * * *' },
  async run(_event, context) {
    const now = context.now();
    const days = Number(context.setting('transit-days'));
    await context.inTransaction(async (clinic) => {
      const tables = await clinic.projection(TABLES_OF_STOCK);
      const overdue = await tables.query<{ id: string; destination: string }>(
        `select id, destination from @stock_movement where tenant = $1 and status = 'in-progress' and at < $2::timestamptz
         order by id`,
        [tables.tenant, new Date(now.getTime() - days * 86_400_000).toISOString()],
      );
      for (const { id, destination } of overdue) {
        const description = `The transfer has been on its way for more than ${days} days.`;
        const location = `Location/${destination}`;
        const task = stockTask({ code: 'overdue', focus: `SupplyDelivery/${id}`, description, location, at: now });
        await clinic.createOnce(`overdue|${id}`, task);
      }
    });
  },
});
