import type { Log } from '../kernel/log.ts';
import type { Protection } from '../protection/open-protection.ts';
import type { Queryable } from '../storage/db.ts';
import { readTenants } from '../storage/tenants.ts';

/** Tells the operator of tenants whose data were stored before PROTECTED was what it is now. */
export async function warnOutdated(db: Queryable, protection: Protection, log: Pick<Log, 'warn'>): Promise<void> {
  for (const { id, name } of await readTenants(db)) {
    if (!protection.isOutdated(id)) continue;
    log.warn({ tenant: name }, 'what is stored is not encrypted as PROTECTED says: run athanor keys rotate');
  }
}
