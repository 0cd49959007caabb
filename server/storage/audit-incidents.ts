import type { Queryable } from './db.ts';

/** What a heuristic has found; the same one is reported once. */
export interface Incident {
  readonly tenant: number;
  readonly rule: string;
  readonly subject: string;
  /** Milliseconds. */
  readonly since: number;
}

export async function isKnownIncident(db: Queryable, { tenant, rule, subject, since }: Incident): Promise<boolean> {
  const rows = await db.query({
    text: 'select from audit_incident where tenant = $1 and rule = $2 and subject = $3 and since = $4',
    values: [tenant, rule, subject, since],
  });
  return rows.length > 0;
}

export async function keepIncident(db: Queryable, { tenant, rule, subject, since }: Incident): Promise<void> {
  await db.query({
    text: 'insert into audit_incident (tenant, rule, subject, since) values ($1, $2, $3, $4) on conflict do nothing',
    values: [tenant, rule, subject, since],
  });
}

/**
 * Whether this process is to look for breaches now: of all that share the database one does, unless one did shortly before.
 * @param now milliseconds
 * @returns when one did so before, 0 for never; undefined: it is not to
 */
export async function claimWatch(db: Queryable, now: number, pause: number): Promise<number | undefined> {
  const rows = await db.query<{ before: number | null }>({
    text:
      `with old as materialized (select value::bigint as at from setting where name = 'audit_watch') ` +
      `insert into setting as s (name, value) values ('audit_watch', $1::bigint::text) on conflict (name) do update ` +
      `set value = excluded.value where s.value::bigint <= $1::bigint - $2::bigint returning (select at from old) as before`,
    values: [now, pause],
  });
  const [row] = rows;
  return row && (row.before ?? 0);
}
