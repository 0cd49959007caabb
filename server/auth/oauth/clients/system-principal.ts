import type { Principal } from '../../../access/principal.ts';
import type { Db } from '../../../storage/db.ts';
import { isSystem } from './client.ts';
import { readClient } from './client-store.ts';

/** What a system that is registered may do in its tenant, without a token: for code that acts in its name. Undefined when there is none. */
export async function systemPrincipal(db: Db, tenant: number, id: string): Promise<Principal | undefined> {
  const client = (await readClient(db, id))?.client;
  if (client === undefined || !isSystem(client) || client.tenants?.includes(tenant) !== true) return undefined;
  return { kind: 'client', tenant, client: id, roles: client.roles, scopes: client.scopes, purposes: [] };
}
