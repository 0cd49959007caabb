import type pg from 'pg';
import type { Connections } from './connections.ts';

/** A connection that several statements use at the same time: they are sent one behind the other, without waiting. */
export interface SharedConnection {
  readonly client: pg.PoolClient;
  /** @param broken why the connection cannot be used again */
  give(broken: Error | undefined): void;
}

interface Lease {
  readonly client: Promise<pg.PoolClient>;
  users: number;
  broken: Error | undefined;
}

/** Statements under way on one connection: each waits for those before it. */
const MOST_USERS = 16;

/**
 * Lets statements that come at the same moment share a connection, so that one process of the database is woken for all of
 * them instead of one for each. It belongs to the pool and goes back when nobody uses it.
 * @returns a function that rejects with a Fault 503 when there is no connection in time
 */
export function shareConnections(connections: Connections): (tenant: number) => Promise<SharedConnection> {
  const leases = new Map<number, Lease>();

  function end(tenant: number, lease: Lease): void {
    if (leases.get(tenant) === lease) leases.delete(tenant);
  }

  return async (tenant) => {
    let lease = leases.get(tenant);
    if (lease === undefined || lease.users >= MOST_USERS) {
      lease = { client: connections.take(tenant), users: 0, broken: undefined };
      leases.set(tenant, lease);
    }
    const own = lease;
    own.users += 1;
    let client: pg.PoolClient;
    try {
      client = await own.client;
    } catch (error) {
      end(tenant, own);
      throw error;
    }
    return {
      client,
      give(broken) {
        own.users -= 1;
        own.broken ??= broken;
        if (own.broken !== undefined || own.users === 0) end(tenant, own);
        if (own.users === 0) connections.give(client, own.broken);
      },
    };
  };
}
