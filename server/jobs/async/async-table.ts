import type { Principal } from '../../access/principal.ts';
import type { Queryable } from '../../storage/db.ts';
import { openText, sealText } from '../../storage/protected-bodies.ts';

/** A request that is answered later. */
export interface Asked {
  /** As the client sees it. */
  readonly baseUrl: string;
  /** Whole URL with its query. */
  readonly url: string;
  readonly requestId: string;
  readonly interaction: string;
  readonly path: readonly string[];
  readonly query: string;
}

/** What is asked for often. */
export interface WorkState {
  readonly tenant: number;
  readonly id: string;
  readonly queue: string;
  readonly owner: string;
  /** HTTP status of what came of it; null until it is done. */
  readonly status: number | null;
  readonly created: number;
  readonly finished: number | null;
}

export interface Work extends WorkState {
  readonly principal: Principal;
  readonly asked: Asked;
  /** JSON text: that of a kind of its own, or the kept request. Undefined when it is not needed any more. */
  readonly payload: string | undefined;
}

interface Row extends WorkState {
  readonly principal: string;
  readonly asked: string;
  readonly payload: string | null;
}

const STATE = 'tenant, id, queue, owner, status, created, finished';
const ALL = `${STATE}, principal, asked, payload`;

function workOf(db: Queryable, { principal, asked, payload, ...state }: Row): Work {
  const place = placeOf(state);
  return {
    ...state,
    principal: JSON.parse(principal) as Principal,
    asked: JSON.parse(openText(db, asked, place)) as Asked,
    payload: payload === null ? undefined : openText(db, payload, place),
  };
}

/** An encrypted text opens nowhere else. */
function placeOf({ tenant, id }: Pick<WorkState, 'tenant' | 'id'>): string {
  return `async work ${tenant} ${id}`;
}

/** Until the transaction ends, nobody else starts works of the owner. */
export async function lockOwner(tx: Queryable, owner: string): Promise<void> {
  await tx.query({
    name: 'async_lock_owner',
    text: 'select pg_advisory_xact_lock(hashtextextended($1, 19))',
    values: [owner],
  });
}

/** How many works of the owner wait or run. */
export async function countOpenWorks(db: Queryable, tenant: number, owner: string): Promise<number> {
  const [row] = await db.query<{ count: number }>({
    name: 'async_count',
    text:
      `select count(*) as count from async_work a join job j on j.tenant = a.tenant and j.id = a.id ` +
      `where a.tenant = $1 and a.owner = $2 and a.finished is null and j.state in ('waiting', 'active')`,
    values: [tenant, owner],
  });
  return row?.count ?? 0;
}

export async function insertWork(db: Queryable, work: Omit<Work, 'status' | 'finished'>): Promise<void> {
  const { tenant, id, queue, owner, principal, asked, payload = '', created } = work;
  const place = placeOf(work);
  const kept = [JSON.stringify(asked), payload].map((text) => sealText(db, text, place));
  await db.query({
    name: 'async_insert',
    text:
      `insert into async_work (tenant, id, queue, owner, principal, created, asked, payload) ` +
      `values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [tenant, id, queue, owner, JSON.stringify(principal), created, ...kept],
  });
}

export async function readState(db: Queryable, tenant: number, id: string): Promise<WorkState | undefined> {
  const [row] = await db.query<WorkState>({
    name: 'async_state',
    text: `select ${STATE} from async_work where tenant = $1 and id = $2`,
    values: [tenant, id],
  });
  return row;
}

export async function readWork(db: Queryable, tenant: number, id: string): Promise<Work | undefined> {
  const [row] = await db.query<Row>({
    name: 'async_read',
    text: `select ${ALL} from async_work where tenant = $1 and id = $2`,
    values: [tenant, id],
  });
  return row === undefined ? undefined : workOf(db, row);
}

/** JSON text of what came of it; undefined where its kind answers. */
export async function readAnswer(db: Queryable, work: WorkState): Promise<string | undefined> {
  const [row] = await db.query<{ answer: string | null }>({
    name: 'async_answer',
    text: 'select answer from async_work where tenant = $1 and id = $2',
    values: [work.tenant, work.id],
  });
  const answer = row?.answer ?? undefined;
  return answer === undefined ? undefined : openText(db, answer, placeOf(work));
}

/**
 * @param answer undefined: its kind answers, out of the payload
 * @returns whether it is still there: not when it was cancelled meanwhile
 */
export async function finishWork(
  db: Queryable,
  work: WorkState,
  status: number,
  answer: string | undefined,
  now: number,
): Promise<boolean> {
  const kept = answer === undefined ? null : sealText(db, answer, placeOf(work));
  const rows = await db.query({
    name: 'async_finish',
    text:
      `update async_work set status = $3, answer = $4, finished = $5, payload = case when $4::text is null then payload end ` +
      `where tenant = $1 and id = $2 returning id`,
    values: [work.tenant, work.id, status, kept, now],
  });
  return rows.length > 0;
}

export async function dropWorks(db: Queryable, tenant: number, ids: readonly string[]): Promise<void> {
  await db.query({
    name: 'async_drop',
    text: 'delete from async_work where tenant = $1 and id = any($2::uuid[])',
    values: [tenant, ids],
  });
}

/**
 * Works that nobody asks for any more, in the order in which they were started, a page of them: done before the time, or
 * started before it and neither done nor under way.
 */
export async function oldWorks(
  db: Queryable,
  queues: readonly string[],
  before: number,
  after: Pick<WorkState, 'created' | 'id'>,
  limit: number,
): Promise<Work[]> {
  const rows = await db.query<Row>({
    name: 'async_old',
    text:
      `select ${ALL} from async_work a where created < $1 and coalesce(finished < $1, not exists (` +
      `select from job j where j.tenant = a.tenant and j.id = a.id and j.state in ('waiting', 'active'))) ` +
      `and queue = any($2::text[]) and (created, id) > ($3::bigint, $4::uuid) order by created, id limit $5`,
    values: [before, queues, after.created, after.id, limit],
  });
  return rows.map((row) => workOf(db, row));
}

/** Works of a tenant in the order of their ids, a page of them. */
export async function keptWorks(tx: Queryable, tenant: number, after: string, limit: number): Promise<Work[]> {
  const rows = await tx.query<Row>({
    name: 'async_kept',
    text: `select ${ALL} from async_work where tenant = $1 and id > $2 order by id limit $3`,
    values: [tenant, after, limit],
  });
  return rows.map((row) => workOf(tx, row));
}
