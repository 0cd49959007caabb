import { Fault } from '../kernel/fault.ts';
import type { RowCondition } from '../search/compile/allowed.ts';
import { named } from '../search/compile/statement.ts';
import type { Queryable } from './db.ts';
import { hiddenList } from './hidden-list.ts';
import { arrayLiteral } from './index-columns.ts';
import { OWNED, readLive, underCondition, type LiveVersion } from './read.ts';

/** Identities in one statement: a large resource is some 100 KB, and a statement's rows are in memory together. */
const MOST = 32;

interface Asked {
  readonly ref: string;
  resolve(live: LiveVersion | undefined): void;
  reject(error: unknown): void;
}

/** What is asked of one database under one condition, until the requests that came with it have been looked at. */
interface Batch {
  readonly tenant: number;
  readonly allowed: RowCondition | undefined;
  readonly asked: Asked[];
}

interface IdentifiedRow extends LiveVersion {
  readonly ref: string;
}

const LIVE_OF = `select ref::text as ref, ${OWNED} from resource where ref = any(${hiddenList(1)}) and tenant = $2`;

const ANYTHING: RowCondition = () => 'true';
const waiting = new WeakMap<Queryable, Map<RowCondition, Batch>>();

/**
 * {@link readLive} for requests of their own: those that arrive at the same moment and may read the same are one statement.
 * To send one and to be woken for its answer costs this process and the database more than what is read. Not for a
 * transaction, which nobody else reads in.
 */
export function readTogether(
  db: Queryable,
  tenant: number,
  ref: string,
  allowed: RowCondition | undefined,
): Promise<LiveVersion | undefined> {
  const { asked } = batchFor(db, tenant, allowed);
  return new Promise((resolve, reject) => asked.push({ ref, resolve, reject }));
}

/** The one that is open, or a new one. */
function batchFor(db: Queryable, tenant: number, allowed: RowCondition | undefined): Batch {
  let batches = waiting.get(db);
  if (batches === undefined) waiting.set(db, (batches = new Map<RowCondition, Batch>()));
  const own = batches;
  const key = allowed ?? ANYTHING;
  const open = own.get(key);
  if (open?.tenant === tenant) return open;
  const batch: Batch = { tenant, allowed, asked: [] };
  own.set(key, batch);
  // What has arrived on other connections is looked at before this runs.
  setImmediate(() => {
    if (own.get(key) === batch) own.delete(key);
    for (let start = 0; start < batch.asked.length; start += MOST) {
      void answer(db, batch, batch.asked.slice(start, start + MOST));
    }
  });
  return batch;
}

async function answer(db: Queryable, { tenant, allowed }: Batch, asked: readonly Asked[]): Promise<void> {
  if (asked.length > 1) {
    try {
      const found = new Map((await readMany(db, tenant, asked, allowed)).map((row) => [row.ref, row]));
      for (const { ref, resolve } of asked) resolve(found.get(ref));
      return;
    } catch (error) {
      // What is no fault of the database may be of one row only, which must not keep the others from theirs.
      if (error instanceof Fault) {
        for (const { reject } of asked) reject(error);
        return;
      }
    }
  }
  for (const { ref, resolve, reject } of asked) readLive(db, tenant, ref, allowed).then(resolve, reject);
}

function readMany(
  db: Queryable,
  tenant: number,
  asked: readonly Asked[],
  allowed: RowCondition | undefined,
): Promise<IdentifiedRow[]> {
  const values: unknown[] = [arrayLiteral(asked.map(({ ref }) => ref)), tenant];
  const statement =
    allowed === undefined
      ? { name: 'read_together', text: LIVE_OF, values }
      : named(underCondition(LIVE_OF, allowed('resource', values)), values);
  return db.query<IdentifiedRow>({ ...statement, isBrief: true });
}
