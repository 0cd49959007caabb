import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import type { FhirClient } from '../../client/fhir-client.ts';

/** The server takes a search not, or not from the gateway. */
export class SearchRefused extends Error {
  override readonly name = 'SearchRefused';
  readonly status: number;
  readonly outcome: JsonObject;
  constructor(status: number, outcome: JsonObject) {
    super(`a search was answered ${status}`);
    this.status = status;
    this.outcome = outcome;
  }
}

/**
 * What each search (`Patient?identifier=…`) finds, in one request.
 * @throws Unreachable, SearchRefused
 */
export async function searchAll(
  client: FhirClient,
  searches: readonly string[],
): Promise<readonly (readonly JsonObject[])[]> {
  if (searches.length === 0) return [];
  const { status, body } = await client.send({
    method: 'POST',
    path: '',
    isRepeatable: true,
    body: {
      resourceType: 'Bundle',
      type: 'batch',
      entry: searches.map((url) => ({ request: { method: 'GET', url } })),
    },
  });
  if (status !== 200) throw new SearchRefused(status, body);
  const answers = listOf(body.entry);
  return searches.map((_, place) => found(answers[place] ?? {}));
}

/** The objects in what should be a list of them. */
export function listOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value)
    ? ((value as readonly unknown[]).filter((each) => isObject(each as JsonObject)) as JsonObject[])
    : [];
}

function found({ response, resource }: JsonObject): readonly JsonObject[] {
  const answer = isObject(resource) ? resource : {};
  const status = Number.parseInt(isObject(response) ? String(response.status) : '', 10);
  if (status !== 200) throw new SearchRefused(Number.isNaN(status) ? 500 : status, answer);
  return listOf(answer.entry).flatMap((entry) => {
    const isMatch = !isObject(entry.search) || entry.search.mode === 'match';
    return isObject(entry.resource) && isMatch ? [entry.resource] : [];
  });
}
