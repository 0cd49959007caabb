import pg from 'pg';
import { fault } from '../kernel/fault.ts';
import {
  openConnections,
  unavailable,
  type Connections,
  type ConnectionOptions,
  type ConnectionState,
} from './connections.ts';
import { HAS_ROLE } from './fence.ts';
import { shareConnections, type SharedConnection } from './shared-connections.ts';

/** A statement with bound values. With a `name` it is prepared once per connection; SQL of one name never changes. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string;
  /**
   * It reads a row or two by an index, takes no lock, and is one of many: outside of transactions it may go over a connection
   * on which others are under way.
   */
  readonly isBrief?: boolean;
}

export interface Queryable {
  /** Rows as objects. `bigint` columns arrive as JavaScript numbers (times, pids and versions stay below 2^53). */
  query<R>(statement: Statement): Promise<R[]>;
}

export interface Tx extends Queryable {
  /** Runs after a successful COMMIT. */
  afterCommit(action: () => void): void;
}

export interface Db extends Queryable {
  /**
   * Runs `work` in one READ COMMITTED transaction; repeats it after a deadlock or serialisation failure, at most
   * `retries` times (default 5) with growing pauses.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>, options?: { readonly retries?: number }): Promise<T>;
  /** The state of its connections at this moment; those of a tenant's are the whole process's. */
  connections(): ConnectionState;
  close(): Promise<void>;
}

/** The database as each tenant may use it, over connections that are bounded together. */
export interface Databases {
  /** Every tenant's rows: for work that belongs to nobody, and tables without tenants. Never for a request's resources. */
  readonly installation: Db;
  /** What a tenant may see; whatever statement runs there, it reaches no other tenant's rows (see fence.ts). */
  of(tenant: number): Db;
  close(): Promise<void>;
}

/** Serialisation failure, deadlock, and two creators of one id: when the second tries again, the first one's row is there. */
const RETRYABLE = new Set(['40001', '40P01', '23505']);

/** The only door to PostgreSQL. */
export function openDb(options: ConnectionOptions): Db {
  const connections = openConnections(options, false);
  return dbOver(connections, shareConnections(connections), 0);
}

export async function openDatabases(options: ConnectionOptions): Promise<Databases> {
  const hasRole = await canTakeRole(options);
  const connections = openConnections(options, hasRole);
  const share = shareConnections(connections);
  const byTenant = new Map<number, Db>();
  return {
    installation: dbOver(connections, share, 0),
    of(tenant) {
      let db = byTenant.get(tenant);
      if (db === undefined) byTenant.set(tenant, (db = dbOver(connections, share, tenant)));
      return db;
    },
    close: () => connections.close(),
  };
}

async function canTakeRole(options: ConnectionOptions): Promise<boolean> {
  const db = openDb({ ...options, max: 1 });
  try {
    const [row] = await db.query<{ hasRole: boolean }>({ text: HAS_ROLE, values: [] });
    return row?.hasRole === true;
  } finally {
    await db.close();
  }
}

function dbOver(connections: Connections, share: (tenant: number) => Promise<SharedConnection>, tenant: number): Db {
  async function takeAlone(): Promise<SharedConnection> {
    const client = await connections.take(tenant);
    return { client, give: (broken) => connections.give(client, broken) };
  }

  return {
    async query<R>(statement: Statement): Promise<R[]> {
      const { client, give } = await (statement.isBrief === true ? share(tenant) : takeAlone());
      let broken: Error | undefined;
      try {
        return await run<R>(client, statement);
      } catch (error) {
        broken = isConnectionLoss(error) ? (error as Error) : undefined;
        throw translate(error);
      } finally {
        give(broken);
      }
    },

    async transaction<T>(work: (tx: Tx) => Promise<T>, { retries = 5 } = {}): Promise<T> {
      for (let attempt = 0; ; attempt += 1) {
        const client = await connections.take(tenant);
        const committed: (() => void)[] = [];
        let broken: Error | undefined;
        let result: T;
        try {
          await client.query('begin');
          result = await work({
            query: (statement) => run(client, statement),
            afterCommit: (action) => committed.push(action),
          });
          await client.query('commit');
        } catch (error) {
          if (isConnectionLoss(error)) broken = error as Error;
          else await client.query('rollback').catch((failure: unknown) => (broken = failure as Error));
          if (attempt < retries && RETRYABLE.has(sqlState(error))) {
            await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 5 * (1 + Math.random())));
            continue;
          }
          throw translate(error);
        } finally {
          connections.give(client, broken);
        }
        for (const action of committed) action();
        return result;
      }
    },

    connections: () => connections.state(),
    close: () => connections.close(),
  };
}

/** With a callback of ours `pg` makes one promise fewer per statement, and no stack trace per error. */
function run<R>(client: pg.PoolClient, { text, values, name }: Statement): Promise<R[]> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(text, values as unknown[], (error: Error | null | undefined, result) => {
      if (error) reject(error);
      // Of several statements in one text there is a list of results, and none of them is asked for.
      else resolve((result.rows as R[] | undefined) ?? []);
    });
    // In a configuration, which `pg` would copy descriptor by descriptor: as long as all else that it does to send it.
    if (name !== undefined) Object.assign(query, { name });
    client.query(query);
  });
}

function sqlState(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

function isConnectionLoss(error: unknown): boolean {
  const code = sqlState(error);
  if (/^(08|57P0)/.test(code) || code === 'ECONNRESET' || code === 'EPIPE' || code === 'ECONNREFUSED') return true;
  return (
    error instanceof Error &&
    /Connection terminated|Client has encountered a connection error|not queryable/.test(error.message)
  );
}

/** Database errors that a caller can act on become faults; the rest stay what they are (a bug, answered 500). */
function translate(error: unknown): unknown {
  const code = sqlState(error);
  if (isConnectionLoss(error)) return unavailable(error);
  if (code === '57014') {
    return fault('storage.timeout', 503, 'too-costly', 'The request took too long; narrow it.', undefined, {
      cause: error,
    });
  }
  if (code === '55P03' || code === '40001' || code === '40P01') {
    return fault('storage.busy', 503, 'lock-error', 'Too many writers at the same data; try again.', undefined, {
      cause: error,
      headers: { 'Retry-After': '1' },
    });
  }
  if (code === '23505') {
    return fault(
      'storage.duplicate',
      409,
      'conflict',
      'Somebody else created the same resource at this moment; try again.',
      undefined,
      { cause: error },
    );
  }
  if (code === '53100' || code === '53200' || code === '53300') return unavailable(error);
  return error;
}
