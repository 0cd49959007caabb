import type { BenchRequest, Target } from '../bench-request.ts';
import { expectEqual, idsOf, type SearchBundle } from '../check.ts';
import { codeOf, LOINC, newestFirst, type DataSet } from '../data-set.ts';
import { fhirFetch } from '../fhir-fetch.ts';
import type { BenchCase } from './bench-case.ts';

const PAGE = 20;
const DEEP_PAGE = 50;

/** A page far behind the first, reached through `next` links. */
export const DEEP_PAGE_CASE: BenchCase = { name: `page ${DEEP_PAGE}`, prepare: deepPage };

async function deepPage(target: Target, data: DataSet): Promise<readonly BenchRequest[]> {
  let bundle = (await fhirFetch(
    target,
    'GET',
    `Observation?code=${encodeURIComponent(`${LOINC}|${codeOf(2)}`)}&_sort=-date&_count=${PAGE}`,
  )) as SearchBundle;
  let url = '';
  for (let page = 2; page <= DEEP_PAGE; page += 1) {
    const next = bundle.link?.find(({ relation }) => relation === 'next')?.url;
    if (next === undefined) throw new Error(`There is no page ${page}; load more patients (--patients 1000 or more).`);
    url = next;
    bundle = (await fhirFetch(target, 'GET', url)) as SearchBundle;
  }
  const expected = newestFirst(data, 2).slice((DEEP_PAGE - 1) * PAGE, DEEP_PAGE * PAGE);
  expectEqual(`page ${DEEP_PAGE}`, idsOf(bundle).join(' '), expected.join(' '));
  return [{ method: 'GET', path: relativeTo(target.base, url) }];
}

/** Servers that page from another path than the FHIR base are asked there. */
function relativeTo(base: string, url: string): string {
  const { pathname, search: query } = new URL(url, `${base}/`);
  const prefix = new URL(base).pathname;
  return pathname.startsWith(`${prefix}/`) ? pathname.slice(prefix.length + 1) + query : query;
}
