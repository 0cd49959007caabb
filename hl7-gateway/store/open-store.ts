import pg from 'pg';

/** A statement with bound values. With a `name` it is prepared once per connection; SQL of one name never changes. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  readonly name?: string;
}

export interface Queryable {
  /** Rows as objects: `bigint` as numbers, `timestamptz` as ISO instants, `bytea` as Buffers. */
  query<R>(statement: Statement): Promise<R[]>;
}

/** The gateway's own tables: schema `hl7_gateway` of the server's database, or of another one. */
export interface Store extends Queryable {
  /** Runs `work` in one READ COMMITTED transaction; it may run several times, and is committed once at most. */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface StoreOptions {
  readonly connectionString: string;
  /** Connections at a time. */
  readonly max: number;
  /** Milliseconds that a statement may take. */
  readonly statementTimeout?: number;
  /** Milliseconds that a call goes on trying while the database does not answer. */
  readonly patience?: number;
}

/** The database did not answer for as long as the caller's patience lasted. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  constructor(cause: unknown) {
    super('The database of the gateway does not answer.', { cause });
  }
}

export const SCHEMA = 'hl7_gateway';

const STATEMENT_TIMEOUT = 30_000;
const PATIENCE = 10_000;
const CONNECT_TIMEOUT = 5000;
/** A statement that the database was told to end, and that it does not end: the connection is of no use any more. */
const GRACE = 5000;

const { INT8, TIMESTAMPTZ } = pg.types.builtins;
// The declared overloads differ by format, which is only passed on here.
type TypeParsers = (oid: number, format?: 'text' | 'binary') => (text: string) => unknown;
const parsers = pg.types.getTypeParser as TypeParsers;
const types: pg.CustomTypesConfig = {
  getTypeParser(oid, format) {
    if (oid === INT8) return Number;
    if (oid === TIMESTAMPTZ) return (text: string) => new Date(text).toISOString();
    return parsers(oid, format);
  },
};

/**
 * Every statement and transaction of this store may run twice when a connection is lost while it commits: each is written so
 * that the second time changes nothing, or nothing that counts.
 */
export function openStore(options: StoreOptions): Store {
  const { patience = PATIENCE } = options;
  const pool = openPool(options);

  /** Repeats after deadlocks and lost connections, with growing pauses. @throws StoreUnavailable */
  async function persistently<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const end = performance.now() + patience;
    for (let attempt = 0; ; attempt += 1) {
      let failure: unknown;
      try {
        return await withClient(pool, work);
      } catch (error) {
        if (!isPassing(error)) throw error;
        failure = error;
      }
      const pause = Math.min(2 ** attempt * 10, 500) * (0.5 + Math.random());
      if (performance.now() + pause > end) throw isUnavailable(failure) ? new StoreUnavailable(failure) : failure;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  return {
    query: (statement) => persistently((client) => run(client, statement)),
    transaction: (work) =>
      persistently(async (client) => {
        await client.query('begin');
        try {
          const result = await work({ query: (statement) => run(client, statement) });
          await client.query('commit');
          return result;
        } catch (error) {
          if (!isUnavailable(error)) await client.query('rollback');
          throw error;
        }
      }),
    close: () => pool.end(),
  };
}

/** A connection that broke is not given back. */
async function withClient<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    return await work(client);
  } catch (error) {
    if (isUnavailable(error)) broken = error as Error;
    throw error;
  } finally {
    client.release(broken);
  }
}

async function run<R>(client: pg.PoolClient, { text, values, name }: Statement): Promise<R[]> {
  const config: pg.QueryConfig = { text, values: values as unknown[], ...(name === undefined ? {} : { name }) };
  const { rows } = await client.query(config);
  return rows as R[];
}

function openPool({ connectionString, max, statementTimeout = STATEMENT_TIMEOUT }: StoreOptions): pg.Pool {
  const pool = new pg.Pool({
    connectionString,
    max,
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    query_timeout: statementTimeout + GRACE,
    keepAlive: true,
    // Durable whatever the server's default is: an acknowledged message must survive a power cut. Everything here goes by
    // index; plans must not change to whole tables or hashes of them while statistics lag behind a flood.
    options: `-c search_path=${SCHEMA} -c synchronous_commit=on -c statement_timeout=${statementTimeout} -c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000 -c jit=off -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off`,
    types,
  });
  // Without listeners (the pool's for idle connections, their own for those in use) a lost connection would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** Serialisation failure, deadlock, a lock that came not in time. */
const REPEATABLE = new Set(['40001', '40P01', '55P03']);

function isPassing(error: unknown): boolean {
  return REPEATABLE.has(codeOf(error)) || isUnavailable(error);
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: 08 connection, 57P shutdown, 53 out of resources. */
function isUnavailable(error: unknown): boolean {
  if (/^(08|57P0|53)|^(ECONNRESET|EPIPE|ECONNREFUSED|ENOENT|ETIMEDOUT|EHOSTUNREACH)$/.test(codeOf(error))) return true;
  return (
    error instanceof Error &&
    /Connection terminated|connection error|not queryable|Query read timeout|timeout exceeded|timeout expired/.test(
      error.message,
    )
  );
}

function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}
