import type { Queryable } from './open-store.ts';
import type { Lease } from './take-messages.ts';

/** A study that is to be looked at, as it was known before. */
export interface DueStudy {
  readonly uid: string;
  readonly wanted: number;
  readonly failures: number;
  readonly state: 'open' | 'kept' | 'parked' | 'ignored' | 'gone';
  readonly fingerprint: string | null;
  readonly imagingStudy: string | null;
  /** `Task/id` */
  readonly task: string | null;
  /** `Patient/id`, empty for nobody; holds for {@link decidedFor} only. */
  readonly decided: string | null;
  readonly decidedFor: string | null;
}

/** Has studies looked at, as soon as may be. @param uids Study Instance UIDs */
export async function noteStudies(db: Queryable, uids: readonly string[]): Promise<void> {
  if (uids.length === 0) return;
  await db.query({
    name: 'note-studies',
    // Sorted: two who note the same ones do not wait for each other crosswise.
    text: `
insert into pacs_study (uid) select distinct uid from unnest($1::text[]) as u (uid) order by uid
on conflict (uid) do update set wanted = pacs_study.wanted + 1, next_at = now()`,
    values: [uids],
  });
}

/** What an order or a patient is called by, and studies that wait for it: those of the numbers are looked at again. */
export async function noteWaiting(
  db: Queryable,
  numbers: {
    readonly uids?: readonly string[];
    readonly accessions?: readonly string[];
    readonly patients?: readonly string[];
  },
): Promise<void> {
  const { uids = [], accessions = [], patients = [] } = numbers;
  if (uids.length + accessions.length + patients.length === 0) return;
  await db.query({
    name: 'note-waiting',
    text: `
update pacs_study set wanted = wanted + 1, next_at = now()
where uid in (
  select uid from pacs_study where not is_ordered and uid = any($1::text[])
  union select uid from pacs_study where not is_ordered and accession = any($2::text[])
  union select uid from pacs_study where state in ('parked', 'ignored') and patient_number = any($3::text[])
  order by uid)`,
    values: [uids, accessions, patients],
  });
}

/** The longest due first; another gateway's are left alone until its lease ends. */
export function takeStudies(db: Queryable, { owner, duration }: Lease, limit: number): Promise<readonly DueStudy[]> {
  return db.query<DueStudy>({
    name: 'take-studies',
    text: `
update pacs_study p set leased_by = $1::uuid, leased_until = now() + $2::integer * interval '1 ms'
from (
  select uid from pacs_study
  where wanted > done and next_at <= now() and not is_correcting and (leased_until is null or leased_until < now())
  order by next_at limit $3 for update skip locked
) due
where p.uid = due.uid
returning p.uid, p.wanted, p.failures, p.state, p.fingerprint, p.imaging_study as "imagingStudy", p.task, p.decided,
  p.decided_for as "decidedFor"`,
    values: [owner, duration, limit],
  });
}

/** A look takes longer: nobody else is to take it meanwhile. */
export async function renewStudy(db: Queryable, { owner, duration }: Lease, uid: string): Promise<void> {
  await db.query({
    name: 'renew-study',
    text: `update pacs_study set leased_until = now() + $3::integer * interval '1 ms' where uid = $1 and leased_by = $2::uuid`,
    values: [uid, owner, duration],
  });
}

/** What a look at a study has shown. */
export interface StudyLook {
  readonly state: 'kept' | 'parked' | 'ignored' | 'gone';
  readonly imagingStudy?: string | undefined;
  readonly fingerprint?: string | undefined;
  readonly identity?: string | undefined;
  /** `2026-11-26` */
  readonly date?: string | undefined;
  readonly patientNumber?: string | undefined;
  readonly accession?: string | undefined;
  readonly isOrdered: boolean;
  readonly task?: string | undefined;
  /** Milliseconds after which it is looked at again; undefined: when somebody tells. */
  readonly again?: number | undefined;
}

/** @returns whether it was still this owner's to tell */
export async function finishStudy(
  db: Queryable,
  owner: string,
  { uid, wanted }: Pick<DueStudy, 'uid' | 'wanted'>,
  look: StudyLook,
): Promise<boolean> {
  const { state, imagingStudy, fingerprint, identity, date, patientNumber, accession, isOrdered, task, again } = look;
  const rows = await db.query({
    name: 'finish-study',
    text: `
update pacs_study set state = $3, imaging_study = coalesce($4, imaging_study), fingerprint = $5, identity = $6, study_date = $7::date,
  patient_number = $8, accession = $9, is_ordered = $10, task = $11, failures = 0, looked_at = now(),
  done = case when $12::integer is null then $13 else done end,
  next_at = case when $12::integer is null or wanted > $13 then now() else now() + $12::integer * interval '1 ms' end,
  leased_by = null, leased_until = null
where uid = $1 and leased_by = $2::uuid returning uid`,
    values: [
      uid,
      owner,
      state,
      imagingStudy ?? null,
      fingerprint ?? null,
      identity ?? null,
      date ?? null,
      patientNumber ?? null,
      accession ?? null,
      isOrdered,
      task ?? null,
      again ?? null,
      wanted,
    ],
  });
  return rows.length > 0;
}

/** It is not at fault that it could not be looked at. @param pause milliseconds until it is tried again */
export async function putOffStudy(db: Queryable, owner: string, uid: string, pause: number): Promise<void> {
  await db.query({
    name: 'put-off-study',
    text: `
update pacs_study set next_at = now() + $3::integer * interval '1 ms', leased_by = null, leased_until = null
where uid = $1 and leased_by = $2::uuid`,
    values: [uid, owner, pause],
  });
}

/**
 * It could not be looked at, or not be told of.
 * @param pause milliseconds until it is tried again
 * @param task by which a person learns of it
 */
export async function failStudy(
  db: Queryable,
  owner: string,
  uid: string,
  { pause, task }: { readonly pause: number; readonly task: string | null },
): Promise<void> {
  await db.query({
    name: 'fail-study',
    text: `
update pacs_study set failures = failures + 1, task = $4, next_at = now() + $3::integer * interval '1 ms', leased_by = null,
  leased_until = null
where uid = $1 and leased_by = $2::uuid`,
    values: [uid, owner, pause, task],
  });
}

/** Logical ids of the ImagingStudies that tell of studies, by Study Instance UID; nothing of those that are not shown. */
export async function keptStudies(db: Queryable, uids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await db.query<{ readonly uid: string; readonly id: string }>({
    name: 'kept-studies',
    text: `select uid, imaging_study as id from pacs_study where uid = any($1::text[]) and state = 'kept' and imaging_study is not null`,
    values: [uids],
  });
  return new Map(rows.map(({ uid, id }) => [uid, id]));
}
