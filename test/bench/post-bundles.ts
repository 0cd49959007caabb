import { findInputFiles, readContent } from '../../server/import/input-files.ts';
import { readLines } from '../../server/import/read-lines.ts';
import type { Target } from './bench-request.ts';
import { fhirFetch } from './fhir-fetch.ts';

export interface PostedBundles {
  readonly bundles: number;
  readonly resources: number;
  readonly seconds: number;
  /** Resources by type, out of the answers' locations. */
  readonly counts: Readonly<Record<string, number>>;
}

interface Answer {
  readonly entry?: readonly { readonly response?: { readonly status?: string; readonly location?: string } }[];
}

/** Posts the Bundles of NDJSON files one at a time. @throws Error at the first that is refused, also if only in one entry of a batch */
export async function postBundles(target: Target, paths: readonly string[]): Promise<PostedBundles> {
  const counts: Record<string, number> = {};
  let bundles = 0;
  let resources = 0;
  const started = performance.now();
  for (const file of findInputFiles(paths)) {
    for await (const { bytes, number } of readLines(
      file.name,
      readContent(file, () => undefined),
    )) {
      const answer = (await fhirFetch(target, 'POST', '', Buffer.from(bytes))) as Answer;
      bundles += 1;
      for (const { response } of answer.entry ?? []) {
        if (response?.status?.startsWith('2') !== true) {
          throw new Error(
            `${file.name}, line ${number}: an entry was answered ${response?.status ?? 'without a status'}`,
          );
        }
        const type = /([A-Za-z]+)\/[^/]+(\/_history\/[^/]+)?$/.exec(response.location ?? '')?.[1] ?? 'unknown';
        counts[type] = (counts[type] ?? 0) + 1;
        resources += 1;
      }
    }
  }
  return { bundles, resources, seconds: (performance.now() - started) / 1000, counts };
}
