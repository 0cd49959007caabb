import { defineBot } from '#sdk';
import { flagExpiring } from '../expiry/flag-expiring.ts';
import { localDay } from '../local-day.ts';

/** Warns 90, 60 and 30 days before lots expire. */
export const expiryFlags = defineBot({
  name: 'stock-expiry-flags',
  title: 'Flags lots that expire soon',
  on: { cron: '10 2 * * *' },
  timeoutMs: 300_000,
  async run(_event, context) {
    const now = context.now();
    await context.inTransaction((clinic) => flagExpiring(clinic, localDay(now, undefined), now));
  },
});
