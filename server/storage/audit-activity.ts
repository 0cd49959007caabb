import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';

/** That a person worked in an hour and, unless `patient` is empty, with that patient's record. */
export interface Activity {
  readonly tenant: number;
  readonly agent: string;
  /** Hours since 1970. */
  readonly hour: number;
  /** `Patient/id` */
  readonly patient: string;
  readonly isClinical: boolean;
  /** The latest event, ms. */
  readonly last: number;
}

/** From where a person came in an hour. */
export interface Address {
  readonly tenant: number;
  readonly agent: string;
  readonly hour: number;
  readonly ip: string;
  readonly last: number;
}

/** How far the events were gone through. */
export interface ActivityPosition {
  readonly tx: number;
  readonly id: string;
}

const FROM_THE_START: ActivityPosition = { tx: 0, id: '00000000-0000-0000-0000-000000000000' };

/** Whether this transaction is now the only one that may add activity; so until it ends. */
export async function lockActivity(tx: Queryable): Promise<boolean> {
  const [row] = await tx.query<{ locked: boolean }>({
    text: `select pg_try_advisory_xact_lock(hashtextextended('athanor audit activity', 0)) as locked`,
    values: [],
  });
  return row?.locked === true;
}

export async function activityPosition(tx: Queryable): Promise<ActivityPosition> {
  const [row] = await tx.query<{ value: string }>({
    text: `select value from setting where name = 'audit_activity'`,
    values: [],
  });
  if (row === undefined) return FROM_THE_START;
  const [transaction = '', id = ''] = row.value.split(' ');
  return { tx: Number(transaction), id };
}

export async function moveActivity(tx: Queryable, { tx: transaction, id }: ActivityPosition): Promise<void> {
  await tx.query({
    text: `insert into setting (name, value) values ('audit_activity', $1) on conflict (name) do update set value = excluded.value`,
    values: [`${transaction} ${id}`],
  });
}

/** Each key (tenant, agent, hour, patient) once. */
export async function addActivities(tx: Queryable, rows: readonly Activity[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({
    text:
      `insert into audit_activity as a (tenant, agent, hour, patient, is_clinical, last) ` +
      `select * from unnest($1::smallint[], $2::text[], $3::integer[], $4::text[], $5::boolean[], $6::bigint[]) ` +
      `on conflict (tenant, agent, hour, patient) do update ` +
      `set is_clinical = a.is_clinical or excluded.is_clinical, last = greatest(a.last, excluded.last)`,
    values: [
      arrayLiteral(rows.map(({ tenant }) => tenant)),
      rows.map(({ agent }) => agent),
      arrayLiteral(rows.map(({ hour }) => hour)),
      rows.map(({ patient }) => patient),
      rows.map(({ isClinical }) => isClinical),
      arrayLiteral(rows.map(({ last }) => last)),
    ],
  });
}

/** Each key (tenant, agent, hour, ip) once. */
export async function addAddresses(tx: Queryable, rows: readonly Address[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({
    text:
      `insert into audit_address as a (tenant, agent, hour, ip, last) ` +
      `select * from unnest($1::smallint[], $2::text[], $3::integer[], $4::text[], $5::bigint[]) ` +
      `on conflict (tenant, agent, hour, ip) do update set last = greatest(a.last, excluded.last)`,
    values: [
      arrayLiteral(rows.map(({ tenant }) => tenant)),
      rows.map(({ agent }) => agent),
      arrayLiteral(rows.map(({ hour }) => hour)),
      rows.map(({ ip }) => ip),
      arrayLiteral(rows.map(({ last }) => last)),
    ],
  });
}

/** @param hour hours since 1970 */
export async function dropActivityBefore(db: Queryable, hour: number): Promise<void> {
  await db.query({
    text: 'with a as (delete from audit_activity where hour < $1) delete from audit_address where hour < $1',
    values: [hour],
  });
}
