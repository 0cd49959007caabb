import type { Queryable } from './open-store.ts';

/** A study as a list of the PACS has it. */
export interface ListedStudy {
  readonly uid: string;
  readonly fingerprint: string;
}

/** Has those looked at that are new, or of which the PACS says something else than at the last look. @returns how many */
export async function noteDiffering(db: Queryable, listed: readonly ListedStudy[]): Promise<number> {
  const rows = await db.query({
    name: 'note-differing',
    text: `
insert into pacs_study (uid)
select l.uid from unnest($1::text[], $2::text[]) as l (uid, fingerprint) left join pacs_study p on p.uid = l.uid
where p.uid is null or (p.wanted = p.done and (p.fingerprint is distinct from l.fingerprint or p.state = 'gone'))
order by l.uid
on conflict (uid) do update set wanted = pacs_study.wanted + 1, next_at = now()
returning uid`,
    values: [listed.map(({ uid }) => uid), listed.map(({ fingerprint }) => fingerprint)],
  });
  return rows.length;
}

/**
 * Has those looked at that were there, and that the PACS does not list any more.
 * @param from first day of the list, `2026-11-26` @param to last day
 * @param uids all that it lists
 * @returns how many
 */
export async function noteMissing(
  db: Queryable,
  { from, to, uids }: { readonly from: string; readonly to: string; readonly uids: readonly string[] },
): Promise<number> {
  const rows = await db.query({
    name: 'note-missing',
    text: `
update pacs_study set wanted = wanted + 1, next_at = now()
where state in ('kept', 'parked', 'ignored') and study_date between $1::date and $2::date and wanted = done
  and not (uid = any($3::text[])) returning uid`,
    values: [from, to, uids],
  });
  return rows.length;
}

/** Has those looked at whose last look is the longest ago. @param age milliseconds since then, at least */
export async function noteOldest(db: Queryable, age: number, limit: number): Promise<void> {
  await db.query({
    name: 'note-oldest',
    text: `
update pacs_study set wanted = wanted + 1, next_at = now()
where uid in (
  select uid from pacs_study
  where state in ('kept', 'parked', 'ignored') and looked_at < now() - $1::float8 * interval '1 ms' and wanted = done
  order by looked_at limit $2)`,
    values: [age, limit],
  });
}
