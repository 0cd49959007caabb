import { defineBot } from '#sdk';
import { pharmacyRecord } from '../vault/pharmacy-record.ts';

/** Once a day the server signs where the chain of each vault stands. */
export const vaultAnchor = defineBot({
  name: 'vault-anchor',
  title: 'Signs the chains of vaults',
  on: { cron: '10 0 * * *' },
  async run(_event, clinic) {
    const day = clinic.now().toISOString().slice(0, 10);
    const vaults = await clinic.inTransaction(async (inner) => {
      const tables = await inner.projection('pharmacy.vault');
      return tables.query<{ readonly vault: string }>(
        'select distinct vault from @vault_entry where tenant = $1 order by vault',
        [tables.tenant],
      );
    });
    for (const { vault } of vaults) {
      await clinic.createOnce(`vault-anchor|${vault}|${day}`, pharmacyRecord('vault-anchor', vault, []));
    }
  },
});
