import type { JsonObject } from '../kernel/json.ts';
import type { Queryable } from '../storage/db.ts';
import type { Job, JobFilter, JobProgress, JobState } from './job-queue.ts';

/** How long a process that runs a job may stay silent, ms. */
export interface Lease {
  readonly lease: number;
}

export interface NewRow {
  readonly id: string;
  readonly tenant: number;
  readonly queue: string;
  readonly key: string | undefined;
  /** JSON text. */
  readonly payload: string;
  readonly priority: number;
  readonly attempts: number;
  readonly delay: number;
  /** Whether its transport is told by whoever inserts it. */
  readonly isHanded: boolean;
}

/** A job that processes are to be told of. */
export interface DueJob {
  readonly id: string;
  readonly queue: string;
  readonly priority: number;
  readonly attempt: number;
}

/** One run of a job; what it writes counts only as long as it has the job. */
export interface RunKey {
  readonly id: string;
  readonly run: string;
}

// Processes on several machines agree on the database's clock.
const NOW = '(extract(epoch from clock_timestamp()) * 1000)::bigint';

interface Row extends Omit<Job, 'payload' | 'progress' | 'error' | 'started' | 'finished'> {
  readonly payload: string;
  readonly progress: string | null;
  readonly error: string | null;
  readonly started: number | null;
  readonly finished: number | null;
}

const COLUMNS = 'id, queue, tenant, payload, state, attempt, progress, error, created, started, finished';

function jobOf({ payload, progress, error, started, finished, ...row }: Row): Job {
  return {
    ...row,
    payload: JSON.parse(payload) as JsonObject,
    progress: progress === null ? undefined : (JSON.parse(progress) as JobProgress),
    error: error ?? undefined,
    started: started ?? undefined,
    finished: finished ?? undefined,
  };
}

export async function databaseNow(db: Queryable): Promise<number> {
  const [row] = await db.query<{ now: number }>({ name: 'job_now', text: `select ${NOW} as now`, values: [] });
  return row?.now ?? 0;
}

/** @returns the id of the new job, or of the one that has its key */
export async function insertJob(db: Queryable, job: NewRow): Promise<{ readonly id: string; readonly isNew: boolean }> {
  const { id, tenant, queue, key, payload, priority, attempts, delay, isHanded } = job;
  for (;;) {
    const made = await db.query({
      name: 'job_insert',
      text:
        `insert into job (tenant, id, queue, key, payload, priority, attempts, created, due, handed) ` +
        `select $1, $2, $3, $4, $5, $6, $7, now, now + $8::bigint, case when $9 then now end from (select ${NOW} as now) t ` +
        `on conflict (tenant, queue, key) where key is not null and state in ('waiting', 'active') do nothing returning id`,
      values: [tenant, id, queue, key ?? null, payload, priority, attempts, delay, isHanded],
    });
    if (made.length > 0) return { id, isNew: true };
    const [known] = await db.query<{ id: string }>({
      name: 'job_by_key',
      text: `select id from job where tenant = $1 and queue = $2 and key = $3 and state in ('waiting', 'active')`,
      values: [tenant, queue, key],
    });
    // Otherwise it has ended meanwhile.
    if (known !== undefined) return { id: known.id, isNew: false };
  }
}

/** Takes a job that is due. Of all that try, one gets it. */
export async function claimJob(
  db: Queryable,
  { id, run }: RunKey,
  { lease }: Lease,
): Promise<{ readonly job: Job; readonly attempts: number } | undefined> {
  const [row] = await db.query<Row & { attempts: number }>({
    name: 'job_claim',
    text:
      `update job set state = 'active', attempt = attempt + 1, run = $2, lease = ${NOW} + $3::bigint, started = ${NOW}, progress = null ` +
      `where id = $1 and state = 'waiting' and due <= ${NOW} returning ${COLUMNS}, attempts`,
    values: [id, run, lease],
  });
  if (row === undefined) return undefined;
  const { attempts, ...rest } = row;
  return { job: jobOf(rest), attempts };
}

export async function completeJob(db: Queryable, { id, run }: RunKey): Promise<void> {
  await db.query({
    name: 'job_complete',
    text:
      `update job set state = 'completed', finished = ${NOW}, run = null, lease = null, error = null ` +
      `where id = $1 and run = $2`,
    values: [id, run],
  });
}

// What becomes of a job whose run has ended without completing it.
const NEXT_STATE = `case when is_cancelled then 'cancelled' when attempt >= attempts then 'dead' else 'waiting' end`;
const NEXT_FINISHED = `case when is_cancelled or attempt >= attempts then ${NOW} end`;

/** @param pause ms until the next attempt, should there be one */
export async function failJob(db: Queryable, { id, run }: RunKey, error: string, pause: number): Promise<void> {
  await db.query({
    name: 'job_fail',
    text:
      `update job set state = ${NEXT_STATE}, finished = ${NEXT_FINISHED}, due = ${NOW} + $4::bigint, handed = null, run = null, ` +
      `lease = null, error = $3 where id = $1 and run = $2`,
    values: [id, run, error, Math.round(pause)],
  });
}

/** The process shuts down: somebody else runs the job, and this attempt does not count. */
export async function giveBack(db: Queryable, { id, run }: RunKey): Promise<void> {
  await db.query({
    name: 'job_give_back',
    text:
      `update job set state = case when is_cancelled then 'cancelled' else 'waiting' end, finished = case when is_cancelled then ${NOW} end, ` +
      `attempt = attempt - 1, due = ${NOW}, handed = null, run = null, lease = null where id = $1 and run = $2`,
    values: [id, run],
  });
}

export async function noteProgress(db: Queryable, { id, run }: RunKey, progress: JobProgress): Promise<void> {
  await db.query({
    name: 'job_progress',
    text: 'update job set progress = $3 where id = $1 and run = $2',
    values: [id, run, JSON.stringify(progress)],
  });
}

/** Of some runs those that still have their job. */
export async function heldRuns(
  db: Queryable,
  runs: readonly RunKey[],
): Promise<{ readonly run: string; readonly isCancelled: boolean }[]> {
  return db.query({
    name: 'job_held',
    text:
      `select j.run, j.is_cancelled as "isCancelled" from unnest($1::uuid[], $2::uuid[]) r (id, run) ` +
      `join job j on j.id = r.id and j.run = r.run`,
    values: [runs.map(({ id }) => id), runs.map(({ run }) => run)],
  });
}

/** Keeps the leases of runs alive. */
export async function renewLeases(db: Queryable, runs: readonly RunKey[], { lease }: Lease): Promise<void> {
  await db.query({
    name: 'job_renew',
    text:
      `update job j set lease = ${NOW} + $3::bigint from unnest($1::uuid[], $2::uuid[]) r (id, run) ` +
      `where j.id = r.id and j.run = r.run`,
    values: [runs.map(({ id }) => id), runs.map(({ run }) => run), lease],
  });
}

/** What there is to do for whoever comes by. */
export interface LedgerState {
  readonly now: number;
  /** Queues in which jobs wait that are due. */
  readonly queues: readonly string[];
  /** Whether a process has been silent for too long. */
  readonly hasSilent: boolean;
  /** Whether nobody was told of a job, or so long ago that it may be forgotten. */
  readonly hasUnhanded: boolean;
  readonly hasSchedules: boolean;
}

/** The one statement that an idle process sends every second. @param again see {@link takeUnhanded} */
export async function lookAround(db: Queryable, again: number): Promise<LedgerState> {
  const [state] = await db.query<LedgerState>({
    name: 'job_look_around',
    text:
      `with t as materialized (select ${NOW} as now) select t.now, ` +
      `array(select distinct queue from job where state = 'waiting' and due <= t.now) as queues, ` +
      `exists (select from job where state = 'active' and lease < t.now) as "hasSilent", ` +
      `exists (select from job where state = 'waiting' and due <= t.now and (handed is null or handed < t.now - $1::bigint)) as "hasUnhanded", ` +
      `exists (select from job_schedule where next <= t.now) as "hasSchedules" from t`,
    values: [again],
  });
  if (state === undefined) throw new Error('no state of the ledger');
  return state;
}

/** Takes jobs away from processes that have been silent for too long. */
export async function takeOver(db: Queryable): Promise<void> {
  await db.query({
    name: 'job_take_over',
    text:
      `update job set state = ${NEXT_STATE}, finished = ${NEXT_FINISHED}, due = ${NOW}, handed = null, run = null, lease = null, ` +
      `error = 'The process that ran it ended.' where (tenant, id) in (` +
      `select tenant, id from job where state = 'active' and lease < ${NOW} order by lease limit 100 for update skip locked)`,
    values: [],
  });
}

/** Jobs that are due and of which nobody was told, or so long ago that it may be forgotten. @param again ms */
export async function takeUnhanded(db: Queryable, again: number, limit: number): Promise<DueJob[]> {
  return db.query({
    name: 'job_take_unhanded',
    text:
      `update job set handed = ${NOW} where (tenant, id) in (select tenant, id from job where state = 'waiting' and due <= ${NOW} ` +
      `and (handed is null or handed < ${NOW} - $1::bigint) order by due limit $2 for update skip locked) ` +
      `returning id, queue, priority, attempt`,
    values: [again, limit],
  });
}

export async function readJob(db: Queryable, id: string): Promise<Job | undefined> {
  const [row] = await db.query<Row>({
    name: 'job_read',
    text: `select ${COLUMNS} from job where id = $1`,
    values: [id],
  });
  return row === undefined ? undefined : jobOf(row);
}

export async function listJobs(db: Queryable, { tenant, queue, state, limit = 100 }: JobFilter): Promise<Job[]> {
  const rows = await db.query<Row>({
    name: 'job_list',
    text:
      `select ${COLUMNS} from job where ($1::smallint is null or tenant = $1) and ($2::text is null or queue = $2) ` +
      `and ($3::text is null or state = $3) order by created desc, id desc limit $4`,
    values: [tenant ?? null, queue ?? null, state ?? null, limit],
  });
  return rows.map(jobOf);
}

/** How many jobs there are of each queue and state. */
export async function countJobs(
  db: Queryable,
): Promise<{ readonly queue: string; readonly state: JobState; readonly count: number }[]> {
  return db.query({
    name: 'job_count',
    text: `select queue, state, count(*) as count from job where state in ('waiting', 'active', 'dead') group by queue, state`,
    values: [],
  });
}

export async function cancelJob(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query({
    name: 'job_cancel',
    text:
      `update job set is_cancelled = true, state = case when state = 'waiting' then 'cancelled' else state end, ` +
      `finished = case when state = 'waiting' then ${NOW} end where id = $1 and state in ('waiting', 'active') returning id`,
    values: [id],
  });
  return rows.length > 0;
}

/** Not while another job has its key: that one does the work. */
export async function retryJob(db: Queryable, id: string): Promise<boolean> {
  const rows = await db.query({
    name: 'job_retry',
    text:
      `update job j set state = 'waiting', attempt = 0, is_cancelled = false, due = ${NOW}, handed = null, finished = null, error = null ` +
      `where id = $1 and state in ('dead', 'cancelled') and not exists (select from job o where o.tenant = j.tenant ` +
      `and o.queue = j.queue and o.key = j.key and o.state in ('waiting', 'active')) returning id`,
    values: [id],
  });
  return rows.length > 0;
}

/** @returns how many waited */
export async function drainJobs(db: Queryable, queue: string, tenant: number | undefined): Promise<number> {
  const rows = await db.query({
    name: 'job_drain',
    text:
      `update job set state = 'cancelled', is_cancelled = true, finished = ${NOW} where queue = $1 and state = 'waiting' ` +
      `and ($2::smallint is null or tenant = $2) returning id`,
    values: [queue, tenant ?? null],
  });
  return rows.length;
}

/** Forgets what ended longer ago, ms; so many at most. @returns how many they were */
export async function dropOldJobs(db: Queryable, keep: number, keepDead: number, limit: number): Promise<number> {
  const rows = await db.query({
    name: 'job_drop_old',
    text:
      `delete from job where (tenant, id) in (select tenant, id from job where finished < ${NOW} - $1::bigint ` +
      `and (state <> 'dead' or finished < ${NOW} - $2::bigint) order by finished limit $3) returning id`,
    values: [keep, keepDead, limit],
  });
  return rows.length;
}
