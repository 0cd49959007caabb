import { fault } from '../../kernel/fault.ts';
import type { Db } from '../../storage/db.ts';
import { liveVersion } from '../../storage/live-version.ts';
import { readTenants, type Tenant } from '../../storage/tenants.ts';
import { createLease } from '../live/lease.ts';

/** The tenants as a process knows them, at most 2 s old. */
export interface Tenants {
  /**
   * A tenant that may be worked in.
   * @throws Fault 403 when it is disabled or unknown
   */
  open(id: number): Tenant;
  /** To be awaited before each request; undefined (the usual case) when what is known is fresh. */
  fresh(): Promise<void> | undefined;
  close(): Promise<void>;
}

export interface TenantsOptions {
  /** The installation's. */
  readonly db: Db;
  now(): number;
  onError(error: unknown): void;
}

export async function openTenants({ db, now, onError }: TenantsOptions): Promise<Tenants> {
  let version = 0;
  let tenants: ReadonlyMap<number, Tenant> = new Map();

  async function check(): Promise<void> {
    const current = await liveVersion(db, 'tenants');
    if (current === version) return;
    tenants = new Map((await readTenants(db)).map((tenant) => [tenant.id, tenant]));
    version = current;
  }
  await check();
  const lease = createLease({ now, check, onError });

  return {
    open(id) {
      const tenant = tenants.get(id);
      if (tenant !== undefined && !tenant.isDisabled) return tenant;
      throw fault('tenant.disabled', 403, 'forbidden', 'This organisation is disabled here; ask who runs the server.');
    },
    fresh: () => lease.fresh(),
    close: () => lease.close(),
  };
}
