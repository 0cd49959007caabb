import type { Queryable } from '../storage/db.ts';
import type { JobSchedule } from './job-queue.ts';

export interface ScheduleRow {
  readonly tenant: number;
  readonly name: string;
  readonly queue: string;
  /** JSON text. */
  readonly payload: string;
  readonly cron: string;
  readonly zone: string;
}

/** Keeps the time that comes next where cron and zone stay: a restart misses nothing. */
export async function storeSchedule(db: Queryable, schedule: JobSchedule, next: number): Promise<void> {
  const { tenant, name, queue, payload, cron, zone } = schedule;
  await db.query({
    name: 'job_schedule_store',
    text:
      `with moved as (delete from job_schedule where name = $2 and tenant <> $1) ` +
      `insert into job_schedule as s (tenant, name, queue, payload, cron, zone, next) values ($1, $2, $3, $4, $5, $6, $7) ` +
      `on conflict (tenant, name) do update set queue = $3, payload = $4, cron = $5, zone = $6, ` +
      `next = case when s.cron = $5 and s.zone = $6 then s.next else $7 end`,
    values: [tenant, name, queue, JSON.stringify(payload), cron, zone, next],
  });
}

export async function dropSchedule(db: Queryable, name: string): Promise<void> {
  await db.query({ name: 'job_schedule_drop', text: 'delete from job_schedule where name = $1', values: [name] });
}

/** Schedules whose time has come, locked for the rest of the transaction. */
export async function takeDueSchedules(tx: Queryable, now: number): Promise<ScheduleRow[]> {
  return tx.query({
    name: 'job_schedule_due',
    text:
      `select tenant, name, queue, payload, cron, zone from job_schedule where next <= $1 ` +
      `order by next limit 50 for update skip locked`,
    values: [now],
  });
}

export async function setNext(tx: Queryable, { tenant, name }: ScheduleRow, next: number): Promise<void> {
  await tx.query({
    name: 'job_schedule_next',
    text: 'update job_schedule set next = $3 where tenant = $1 and name = $2',
    values: [tenant, name, next],
  });
}
