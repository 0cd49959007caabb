import type { AsyncWork } from '../fhir/async/async-works.ts';
import type { BulkOptions } from './bulk-options.ts';
import { dropSpool } from './spool.ts';
import { dropWork } from './work-table.ts';

/** Removes all that was made of a work; nothing of it can be asked for before its files are gone. */
export async function forgetWork({ engine, folder, store }: BulkOptions, { tenant, id }: AsyncWork): Promise<void> {
  await engine.dbOf(tenant).transaction((tx) => dropWork(tx, tenant, id));
  await dropSpool(folder, id);
  await store.drop(id);
}
