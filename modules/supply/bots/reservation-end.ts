import { defineBot } from '#sdk';
import { release } from '../reservation.ts';
import { TABLES_OF_STOCK } from '../stock-tables.ts';

/** Reservations that nobody used in time are free again. */
export const reservationEnd = defineBot({
  name: 'stock-reservation-end',
  title: 'Ends reservations whose time is over',
  on: { cron: '*/5 * * * *' },
  async run(_event, context) {
    await context.inTransaction(async (clinic) => {
      const tables = await clinic.projection(TABLES_OF_STOCK);
      const over = await tables.query<{ id: string }>(
        `select id from @stock_request where tenant = $1 and category = 'reservation' and status = 'active'
           and expires_at < $2::timestamptz order by id limit 500`,
        [tables.tenant, context.now().toISOString()],
      );
      for (const { id } of over) await release(clinic, id);
    });
  },
});
