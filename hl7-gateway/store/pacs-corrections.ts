import type { Queryable } from './open-store.ts';

/** A study that is shown. */
export interface ShownStudy {
  readonly uid: string;
  /** Digest of what the PACS said of it at the last look. */
  readonly fingerprint: string | null;
  /** Whether its images were being written anew when somebody ended. */
  readonly isCorrecting: boolean;
}

/** Those of ImagingStudies, by their logical ids. */
export function shownStudies(db: Queryable, ids: readonly string[]): Promise<readonly ShownStudy[]> {
  return db.query<ShownStudy>({
    name: 'shown-studies',
    text: `
select uid, fingerprint, is_correcting as "isCorrecting" from pacs_study
where imaging_study = any($1::text[]) and state = 'kept' order by uid`,
    values: [ids],
  });
}

/** Its images are written anew from now on. */
export async function beginCorrection(db: Queryable, uid: string): Promise<void> {
  await db.query({
    name: 'begin-correction',
    text: 'update pacs_study set is_correcting = true where uid = $1',
    values: [uid],
  });
}

/** All of its images are written: it is looked at again. */
export async function endCorrection(db: Queryable, uid: string): Promise<void> {
  await db.query({
    name: 'end-correction',
    text: 'update pacs_study set is_correcting = false, wanted = wanted + 1, next_at = now() where uid = $1',
    values: [uid],
  });
}
