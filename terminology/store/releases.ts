import type { Queryable } from '../../server/storage/db.ts';
import type { Release, ReleaseContent } from './release.ts';

interface ReleaseRow {
  readonly id: number;
  readonly url: string;
  readonly version: string;
  readonly state: Release['state'];
}

/** Releases that answer questions about a system: the current one first, the others by falling version. */
export async function readReleases(db: Queryable, url: string): Promise<readonly ReleaseRow[]> {
  const rows = await db.query<ReleaseRow>({
    name: 'terminology_releases',
    text: `select id, url, version, state from terminology.release where url = $1 and state in ('active', 'retired')`,
    values: [url],
  });
  return rows.sort(byCurrency);
}

function byCurrency(a: ReleaseRow, b: ReleaseRow): number {
  if (a.state !== b.state) return a.state === 'active' ? -1 : 1;
  return b.version.localeCompare(a.version, 'en', { numeric: true });
}

/**
 * The release that a version names: the exact one, or the newest of which it is the beginning up to a `.` or a `/`
 * (`2.7` of 2.77 is none; `http://snomed.info/sct/900000000000207008` is any release of that edition).
 */
export function chooseRelease(releases: readonly ReleaseRow[], version: string | undefined): ReleaseRow | undefined {
  if (version === undefined) return releases[0];
  return (
    releases.find((release) => release.version === version) ??
    releases.find((release) => release.version.startsWith(`${version}.`) || release.version.startsWith(`${version}/`))
  );
}

export async function readContent(db: Queryable, release: number): Promise<ReleaseContent | undefined> {
  const [row] = await db.query<{ content: string }>({
    name: 'terminology_content',
    text: `select content from terminology.release where id = $1`,
    values: [release],
  });
  return row === undefined ? undefined : (JSON.parse(row.content) as ReleaseContent);
}
