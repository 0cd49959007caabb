import type { BotContext, ClinicTransaction } from '#sdk';

/** Orders of which the last supply ends between two moments, and when. */
export function suppliesEnding(
  context: BotContext,
  from: Date,
  to: Date,
): Promise<readonly { readonly request: string; readonly ends: Date }[]> {
  return context.inTransaction(async (clinic: ClinicTransaction) => {
    const tables = await clinic.projection('medications.dispenses');
    return tables.query<{ request: string; ends: Date }>(
      `select request, max(ends) as ends from @dispense where tenant = $1 group by request
       having max(ends) >= $2 and max(ends) < $3 order by request`,
      [tables.tenant, from, to],
    );
  });
}
