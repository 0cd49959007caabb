import pg from 'pg';
import { fault } from '../kernel/fault.ts';
import { fenceOptions } from './fence.ts';

export interface ConnectionOptions {
  readonly connectionString: string;
  /** Connections at a time, over all tenants. */
  readonly max: number;
  /** Milliseconds. */
  readonly statementTimeout: number;
  readonly poolTimeout: number;
}

export interface ConnectionState {
  readonly total: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

/**
 * The connections of a process. One serves one tenant for as long as it lives, since it is fenced to it when it starts:
 * nothing needs to be set or reset between statements, and nothing can be forgotten.
 */
export interface Connections {
  /**
   * @param tenant 0: the whole installation
   * @throws Fault 503 when there is none in time
   */
  take(tenant: number): Promise<pg.PoolClient>;
  /** @param broken why the connection cannot be used again */
  give(client: pg.PoolClient, broken: Error | undefined): void;
  state(): ConnectionState;
  close(): Promise<void>;
}

interface TenantPool {
  readonly pool: pg.Pool;
  lastUse: number;
}

const { INT8 } = pg.types.builtins;
// The declared overloads differ by format, which is only passed on here.
type TypeParsers = (oid: number, format?: 'text' | 'binary') => (text: string) => unknown;
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (oid === INT8 ? Number : (pg.types.getTypeParser as TypeParsers)(oid, format)),
};

/** @param hasRole whether tenants' connections take a role of their own, see fence.ts */
export function openConnections(options: ConnectionOptions, hasRole: boolean): Connections {
  const { max, poolTimeout } = options;
  const pools = new Map<number, TenantPool>();
  const queue = new Set<() => void>();
  let inUse = 0;
  let uses = 0;

  function poolOf(tenant: number): TenantPool {
    let known = pools.get(tenant);
    if (known === undefined) {
      known = { pool: openPool(options, fenceOptions(tenant, hasRole)), lastUse: 0 };
      pools.set(tenant, known);
    }
    known.lastUse = uses += 1;
    return known;
  }

  function total(): number {
    let sum = 0;
    for (const { pool } of pools.values()) sum += pool.totalCount;
    return sum;
  }

  /** Resolves when this caller may use one of the `max` connections; first come, first served. */
  function turn(): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        queue.delete(enter);
        reject(unavailable(new Error(`no connection within ${poolTimeout} ms`)));
      }, poolTimeout);
      queue.add(enter);
    });
  }

  function leave(): void {
    const [next] = queue;
    if (next === undefined) {
      inUse -= 1;
      return;
    }
    queue.delete(next);
    next();
  }

  /** Ends a connection that nobody uses, of the tenant that was served longest ago. */
  async function evict(): Promise<void> {
    let oldest: TenantPool | undefined;
    for (const each of pools.values()) {
      if (each.pool.idleCount > 0 && (oldest === undefined || each.lastUse < oldest.lastUse)) oldest = each;
    }
    if (oldest !== undefined) (await oldest.pool.connect()).release(true);
  }

  return {
    async take(tenant) {
      if (inUse < max) inUse += 1;
      else await turn();
      try {
        const { pool } = poolOf(tenant);
        if (pool.idleCount === 0 && total() >= max) await evict();
        return await pool.connect();
      } catch (cause) {
        leave();
        throw unavailable(cause);
      }
    },
    give(client, broken) {
      client.release(broken);
      leave();
    },
    state() {
      let idle = 0;
      for (const { pool } of pools.values()) idle += pool.idleCount;
      return { total: total(), idle, waiting: queue.size };
    },
    async close() {
      await Promise.all([...pools.values()].map(({ pool }) => pool.end()));
    },
  };
}

function openPool({ connectionString, max, statementTimeout, poolTimeout }: ConnectionOptions, fence: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: poolTimeout,
    // Statements are sent when they are made; whoever has a connection alone waits for each answer anyway.
    pipeline: true,
    idleTimeoutMillis: 30_000,
    // Sequential scans off: a table without fresh statistics (bulk load) must not get a plan that reads it whole per row.
    options: `-c statement_timeout=${statementTimeout} -c idle_in_transaction_session_timeout=30000 -c lock_timeout=10000 -c jit=off -c enable_seqscan=off${fence}`,
    types,
  });
  // A connection that breaks fails its queries and is replaced by the pool; without listeners (the pool's are for idle
  // connections, the connection's own for one that is in use) it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

export function unavailable(cause: unknown): Error {
  return fault('storage.unavailable', 503, 'transient', 'The database does not answer; try again shortly.', undefined, {
    cause,
    headers: { 'Retry-After': '1' },
  });
}
