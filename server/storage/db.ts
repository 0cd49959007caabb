import pg from 'pg';
import { fault } from '../kernel/fault.ts';

/** A statement with bound values. With a `name` it is prepared once per connection; SQL of one name never changes. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string;
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
  /** The state of the pool at this moment. */
  connections(): Connections;
  close(): Promise<void>;
}

export interface Connections {
  readonly total: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

export interface DbOptions {
  readonly connectionString: string;
  readonly max: number;
  /** Milliseconds. */
  readonly statementTimeout: number;
  readonly poolTimeout: number;
}

const { INT8 } = pg.types.builtins;
// The declared overloads differ by format, which is only passed on here.
type TypeParsers = (oid: number, format?: 'text' | 'binary') => (text: string) => unknown;
/** Serialisation failure, deadlock, and two creators of one id: when the second tries again, the first one's row is there. */
const RETRYABLE = new Set(['40001', '40P01', '23505']);

/** The only door to PostgreSQL. */
export function openDb(options: DbOptions): Db {
  const types: pg.CustomTypesConfig = {
    getTypeParser: (oid, format) => (oid === INT8 ? Number : (pg.types.getTypeParser as TypeParsers)(oid, format)),
  };
  const pool = new pg.Pool({
    connectionString: options.connectionString,
    max: options.max,
    connectionTimeoutMillis: options.poolTimeout,
    idleTimeoutMillis: 30_000,
    // Sequential scans off: a table without fresh statistics (bulk load) must not get a plan that reads it whole per row.
    options: `-c statement_timeout=${options.statementTimeout} -c idle_in_transaction_session_timeout=30000 -c lock_timeout=10000 -c jit=off -c enable_seqscan=off`,
    types,
  });
  // A connection that breaks fails its queries and is replaced by the pool; without listeners (the pool's are for idle
  // connections, the connection's own for one that is in use) it would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));

  async function connect(): Promise<pg.PoolClient> {
    try {
      return await pool.connect();
    } catch (cause) {
      throw unavailable(cause);
    }
  }

  return {
    async query<R>(statement: Statement): Promise<R[]> {
      const client = await connect();
      let broken: Error | undefined;
      try {
        return await run<R>(client, statement);
      } catch (error) {
        broken = isConnectionLoss(error) ? (error as Error) : undefined;
        throw translate(error);
      } finally {
        client.release(broken);
      }
    },

    async transaction<T>(work: (tx: Tx) => Promise<T>, { retries = 5 } = {}): Promise<T> {
      for (let attempt = 0; ; attempt += 1) {
        const client = await connect();
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
          client.release(broken);
        }
        for (const action of committed) action();
        return result;
      }
    },

    connections: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  };
}

/** With a callback of ours `pg` makes one promise fewer per statement, and no stack trace per error. */
function run<R>(client: pg.PoolClient, { text, values, name }: Statement): Promise<R[]> {
  const config: pg.QueryConfig = { text, values: values as unknown[], ...(name === undefined ? {} : { name }) };
  return new Promise((resolve, reject) => {
    client.query(config, (error: Error | null, result) => {
      if (error === null) resolve(result.rows as R[]);
      else reject(error);
    });
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

function unavailable(cause: unknown): Error {
  return fault('storage.unavailable', 503, 'transient', 'The database does not answer; try again shortly.', undefined, {
    cause,
    headers: { 'Retry-After': '1' },
  });
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
