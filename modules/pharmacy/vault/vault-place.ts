import type { ProjectionTables, ResourceOf } from '#sdk';
import { extensionUrl } from '../names.ts';

const STOCK_KIND = extensionUrl('stock-kind');
const WITNESS_REQUIRED = extensionUrl('witness-required');

/** Whether nothing may leave a place without a witness: a cabinet for controlled substances, or one that is marked so. */
export function isVault({ extension = [] }: ResourceOf<'Location'>): boolean {
  return extension.some(
    ({ url, valueCode, valueBoolean }) =>
      (url === STOCK_KIND && valueCode === 'controlled-cabinet') || (url === WITNESS_REQUIRED && valueBoolean === true),
  );
}

/**
 * Which of the places are vaults.
 * @param tables of the projection `pharmacy.vault`
 */
export async function vaultsAmong(tables: ProjectionTables, locations: readonly string[]): Promise<readonly string[]> {
  const rows = await tables.query<{ location: string }>(
    'select location from @vault_place where tenant = $1 and location = any($2::text[]) order by location',
    [tables.tenant, locations],
  );
  return rows.map(({ location }) => location);
}
