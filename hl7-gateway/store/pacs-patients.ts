import type { Queryable } from './open-store.ts';
import type { Lease } from './take-messages.ts';

/** A patient whose studies have to be brought into line. */
export interface DuePatient {
  /** `Patient/id` */
  readonly patient: string;
  readonly wanted: number;
  readonly failures: number;
  /** `Task/id` */
  readonly task: string | null;
}

/** @param patients `Patient/id` */
export async function notePatients(db: Queryable, patients: readonly string[]): Promise<void> {
  if (patients.length === 0) return;
  await db.query({
    name: 'note-patients',
    text: `
insert into pacs_patient (patient) select distinct patient from unnest($1::text[]) as p (patient) order by patient
on conflict (patient) do update set wanted = pacs_patient.wanted + 1, next_at = now()`,
    values: [patients],
  });
}

/** The longest due first; another gateway's are left alone until its lease ends. */
export function takePatients(db: Queryable, { owner, duration }: Lease, limit: number): Promise<readonly DuePatient[]> {
  return db.query<DuePatient>({
    name: 'take-patients',
    text: `
update pacs_patient p set leased_by = $1::uuid, leased_until = now() + $2::integer * interval '1 ms'
from (
  select patient from pacs_patient where wanted > done and next_at <= now() and (leased_until is null or leased_until < now())
  order by next_at limit $3 for update skip locked
) due
where p.patient = due.patient
returning p.patient, p.wanted, p.failures, p.task`,
    values: [owner, duration, limit],
  });
}

export async function renewPatient(db: Queryable, { owner, duration }: Lease, patient: string): Promise<boolean> {
  const rows = await db.query({
    name: 'renew-patient',
    text: `
update pacs_patient set leased_until = now() + $3::integer * interval '1 ms' where patient = $1 and leased_by = $2::uuid
returning patient`,
    values: [patient, owner, duration],
  });
  return rows.length > 0;
}

/** All studies of the patient say what they have to. */
export async function finishPatient(db: Queryable, owner: string, { patient, wanted }: DuePatient): Promise<void> {
  await db.query({
    name: 'finish-patient',
    text: `
update pacs_patient set done = $3, failures = 0, task = null, next_at = now(), leased_by = null, leased_until = null
where patient = $1 and leased_by = $2::uuid`,
    values: [patient, owner, wanted],
  });
}

/** @param pause milliseconds until it is tried again @param task by which a person learns of it */
export async function failPatient(
  db: Queryable,
  owner: string,
  patient: string,
  { pause, task }: { readonly pause: number; readonly task: string | null },
): Promise<void> {
  await db.query({
    name: 'fail-patient',
    text: `
update pacs_patient set failures = failures + 1, task = $4, next_at = now() + $3::integer * interval '1 ms', leased_by = null,
  leased_until = null
where patient = $1 and leased_by = $2::uuid`,
    values: [patient, owner, pause, task],
  });
}
