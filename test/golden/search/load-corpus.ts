import { route } from '../../../server/fhir/router.ts';
import type { FhirRequest } from '../../../server/fhir/request.ts';
import { parseJson } from '../../../server/kernel/json.ts';
import type { TestEngine } from '../../harness/test-engine.ts';
import type { Resource } from './data/resource.ts';

const HEADERS: FhirRequest['headers'] = { prefer: {}, accept: ['application/fhir+json'] };

/** PUTs the resources in one transaction. */
export async function load(engine: TestEngine, resources: readonly Resource[]): Promise<void> {
  const entry = resources.map((resource) => ({
    resource,
    request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
  }));
  const body = parseJson(JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }));
  await route(engine.engine, engine.ctx(), { method: 'POST', path: [], query: '', headers: HEADERS, body });
}

interface Page {
  /** `Type/id` in the order of the answer. */
  readonly matches: readonly string[];
  readonly included: readonly string[];
  readonly total: number | undefined;
  readonly next: string | undefined;
}

interface SearchsetJson {
  readonly total?: number;
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: Resource; readonly search: { readonly mode: string } }[];
}

/** @param url `Patient?name=x` with percent-encoding, or absolute as in links */
async function search(engine: TestEngine, url: string): Promise<Page> {
  const { baseUrl } = engine.engine.settings;
  const [path = '', query = ''] = (url.startsWith(baseUrl) ? url.slice(baseUrl.length) : url).split(/\?(.*)/s);
  const request: FhirRequest = {
    method: 'GET',
    path: path.split('/').filter((part) => part !== ''),
    query,
    headers: HEADERS,
  };
  const { text = '' } = await route(engine.engine, engine.ctx(), request);
  const { total, link = [], entry = [] } = JSON.parse(text) as SearchsetJson;
  const keys = (mode: string): string[] =>
    entry.filter((e) => e.search.mode === mode).map((e) => `${e.resource.resourceType}/${e.resource.id}`);
  return {
    matches: keys('match'),
    included: keys('include'),
    total,
    next: link.find(({ relation }) => relation === 'next')?.url,
  };
}

/** All pages of a search. */
export async function searchAll(engine: TestEngine, url: string): Promise<Page> {
  const matches: string[] = [];
  const included = new Set<string>();
  let page = await search(engine, url);
  const { total } = page;
  for (;;) {
    matches.push(...page.matches);
    page.included.forEach((key) => included.add(key));
    if (page.next === undefined) break;
    page = await search(engine, page.next);
  }
  // A page includes what its own matches need, even where that is a match of another page.
  return { matches, included: [...included].filter((key) => !matches.includes(key)), total, next: undefined };
}
