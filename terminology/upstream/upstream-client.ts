import { isObject, parseJson, type JsonObject } from '../../server/kernel/json.ts';
import { outboundFetch, type OutboundRequest } from '../../server/kernel/outbound-fetch.ts';
import { objectAt, objectsAt, textAt } from '../resource/elements.ts';
import { createBreaker } from './breaker.ts';

const MOST_BYTES = 20 * 1024 * 1024;
const ACCEPT = { Accept: 'application/fhir+json' };
/** Requests under way at once to one server. */
const MOST_RUNNING = 8;

/** What a FHIR server answers: a resource, or (4xx) why not. */
export type UpstreamAnswer = { readonly resource: JsonObject } | { readonly refusal: string };

export interface UpstreamClient {
  /** @throws Fault `terminology.upstream` 503 when it does not answer, or answers no FHIR */
  get(path: string, query: Readonly<Record<string, string | undefined>>): Promise<UpstreamAnswer>;
  post(path: string, parameters: readonly JsonObject[]): Promise<UpstreamAnswer>;
}

export interface UpstreamOptions {
  /** Milliseconds for one answer. */
  readonly timeout: number;
  /** Milliseconds. */
  now(): number;
}

/** @param base of the server, without a slash at the end */
export function upstreamClient(base: string, { timeout, now }: UpstreamOptions): UpstreamClient {
  const breaker = createBreaker(base, now);
  const take = semaphore(MOST_RUNNING);
  // The operator wrote the base: it may be a server inside.
  const rules = { allowedOrigins: [base], allowPrivate: true, timeout, maxBytes: MOST_BYTES };
  const call = (url: string, request: OutboundRequest): Promise<UpstreamAnswer> =>
    take(() => breaker.run(async () => resourceOf(await outboundFetch(url, request, rules))));
  return {
    get(path, query) {
      const pairs = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
      return call(`${base}/${path}?${new URLSearchParams(pairs).toString()}`, {
        method: 'GET',
        headers: ACCEPT,
      });
    },
    post(path, parameters) {
      const body = JSON.stringify({ resourceType: 'Parameters', parameter: parameters });
      const headers = { ...ACCEPT, 'Content-Type': 'application/fhir+json' };
      return call(`${base}/${path}`, { method: 'POST', body, headers });
    },
  };
}

async function resourceOf(response: Response): Promise<UpstreamAnswer> {
  if (response.status >= 500 || response.status === 429) throw new Error(`status ${response.status}`);
  const resource = parseJson(await response.text());
  if (!isObject(resource) || textAt(resource, 'resourceType') === undefined) throw new Error('no FHIR resource');
  return response.ok ? { resource } : { refusal: reasonOf(resource, response.status) };
}

function reasonOf(outcome: JsonObject, status: number): string {
  const [issue] = objectsAt(outcome, 'issue');
  return textAt(objectAt(issue, 'details'), 'text') ?? textAt(issue, 'diagnostics') ?? `status ${status}`;
}

/** At most so many at once; the others wait in their order. */
function semaphore(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    running += 1;
    try {
      return await work();
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
}
