import { isObject, type JsonObject } from '../../server/kernel/json.ts';
import type { FhirClient } from './fhir-client.ts';
import { Unreachable } from './http-call.ts';

/** Pages of one search; what has more is not read whole, and that is said. */
const PAGES = 100;

/**
 * All resources that a search finds (`Endpoint?status=active`), page by page.
 * @throws Unreachable when there is no whole answer, also where the server refuses
 */
export async function searchPages(client: FhirClient, base: string, search: string): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  let path: string | undefined = search;
  for (let page = 0; path !== undefined; page += 1) {
    const { status, body } = await client.send({ method: 'GET', path });
    if (status !== 200 || page === PAGES) throw new Unreachable(`a search was answered ${status}`, status);
    for (const entry of Array.isArray(body.entry) ? body.entry : []) {
      if (isObject(entry) && isObject(entry.resource)) found.push(entry.resource);
    }
    path = nextOf(body, base);
  }
  return found;
}

function nextOf({ link }: JsonObject, base: string): string | undefined {
  for (const each of Array.isArray(link) ? link : []) {
    if (!isObject(each) || each.relation !== 'next' || typeof each.url !== 'string') continue;
    // The server may name itself by another address than the one by which it is reached.
    const path = new URL(base).pathname;
    const { pathname, search } = new URL(each.url, base);
    return pathname.startsWith(path) ? `${pathname.slice(path.length).replace(/^\//, '')}${search}` : undefined;
  }
  return undefined;
}
