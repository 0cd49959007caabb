import type { ProjectionTables } from '#sdk';
import { START, type Seal } from './seal.ts';

/** Where a chain ends. */
export type ChainEnd = Pick<Seal, 'seq' | 'hash'>;

/**
 * The end of a vault's chain as it is stored.
 * @param tables of the projection `pharmacy.vault`
 */
export async function storedEnd(tables: ProjectionTables, vault: string): Promise<ChainEnd> {
  const [last] = await tables.query<ChainEnd>(
    'select seq, hash from @vault_entry where tenant = $1 and vault = $2 order by seq desc limit 1',
    [tables.tenant, vault],
  );
  return last ?? { seq: 0, hash: START };
}

/**
 * What this transaction has sealed but not stored: of a Bundle all entries are sealed before the first is written. One per
 * vault: whoever seals holds the vault's lock until its transaction ends.
 */
const sealed = new Map<string, ChainEnd & { readonly transaction: string }>();

/** The end of a vault's chain with what this transaction has sealed. The vault must be locked. */
export async function endInTransaction(tables: ProjectionTables, vault: string): Promise<ChainEnd> {
  const stored = await storedEnd(tables, vault);
  const own = sealed.get(placeOf(tables, vault));
  return own !== undefined && own.seq > stored.seq && own.transaction === (await transactionId(tables)) ? own : stored;
}

export async function sealedInTransaction(tables: ProjectionTables, { vault, seq, hash }: Seal): Promise<void> {
  sealed.set(placeOf(tables, vault), { seq, hash, transaction: await transactionId(tables) });
}

function placeOf({ tenant }: ProjectionTables, vault: string): string {
  return `${tenant} ${vault}`;
}

/** Another one after each repetition: what a transaction sealed that was undone is never continued. */
async function transactionId(tables: ProjectionTables): Promise<string> {
  const [row] = await tables.query<{ id: string }>('select pg_current_xact_id()::text as id');
  return row?.id ?? '';
}
