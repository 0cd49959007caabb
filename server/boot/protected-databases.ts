import type { Definitions } from '../definitions/definitions.ts';
import type { MasterKeys } from '../protection/master-keys.ts';
import { hasDataKeys } from '../protection/key-table.ts';
import { openProtection, type Protection } from '../protection/open-protection.ts';
import type { ProtectedParts } from '../protection/rules.ts';
import type { ConnectionOptions } from '../storage/connections.ts';
import { openDatabases, openDb, type Db } from '../storage/db.ts';
import { withBodies } from '../storage/protected-bodies.ts';

export interface ProtectionSettings {
  readonly masters: MasterKeys;
  readonly parts: ProtectedParts;
}

/** The databases as the server uses them: with bodies as they were written, whatever of them is encrypted. */
export interface ProtectedDatabases {
  readonly installation: Db;
  of(tenant: number): Db;
  /** Undefined: nothing is encrypted here, and never was. */
  readonly protection: Protection | undefined;
  /** To be awaited before each request; undefined (the usual case) when what is held of keys is fresh. */
  fresh(): Promise<void> | undefined;
  close(): Promise<void>;
}

/** Connections for keys: a transaction that waits for a key holds one of the others meanwhile. */
const KEY_CONNECTIONS = 2;
/** How often a process looks whether keys were changed; ms. */
const CHECK = 1000;

export async function openProtectedDatabases(
  connection: ConnectionOptions,
  definitions: Definitions,
  settings: ProtectionSettings | undefined,
  { now, onError }: { now(): number; onError(error: unknown): void },
): Promise<ProtectedDatabases> {
  const databases = await openDatabases(connection);
  if (settings === undefined) {
    // It would serve what is encrypted as it stands, and write it back.
    if (await hasDataKeys(databases.installation)) {
      await databases.close();
      throw new Error('The database holds encrypted elements: set MASTER_KEY, or put master.key into DATA_DIR.');
    }
    return { ...databases, protection: undefined, fresh: () => undefined };
  }
  const db = openDb({ ...connection, max: KEY_CONNECTIONS });
  const protection = await openProtection({ db, ...settings, definitions, now });
  // Also for work that no request brings.
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking = protection.check().catch((error: unknown) => onError(error));
  }, CHECK).unref();
  const byTenant = new Map<number, Db>();
  return {
    installation: withBodies(databases.installation, protection.codec),
    of(tenant) {
      let own = byTenant.get(tenant);
      if (own === undefined) byTenant.set(tenant, (own = withBodies(databases.of(tenant), protection.codec, tenant)));
      return own;
    },
    protection,
    fresh: () => protection.fresh(),
    async close() {
      clearInterval(timer);
      await looking;
      await databases.close();
      await db.close();
    },
  };
}
