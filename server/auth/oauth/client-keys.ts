import { parseJson, isObject, type JsonObject } from '../../kernel/json.ts';
import { checkKeySet } from './clients/check-client.ts';

/** Fetches a URL through the guard against requests to inner addresses. */
export type FetchKeys = (url: string) => Promise<Response>;

interface CachedSet {
  readonly keys: readonly JsonObject[];
  /** Milliseconds. */
  readonly until: number;
}

export interface ClientKeys {
  /**
   * The public keys that a client published at its URL.
   * @throws Error when they cannot be had
   */
  of(url: string): Promise<readonly JsonObject[]>;
}

const MAX_CACHED = 1000;
const MAX_AGE = 86_400;

/**
 * Key sets by URL, kept no longer than their Cache-Control allows; without one they are fetched each time.
 * https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html#registering-a-client-communicating-public-keys
 */
export function createClientKeys(fetchKeys: FetchKeys, now: () => number): ClientKeys {
  const cache = new Map<string, CachedSet>();
  /** Assertions that come at once, whoever sends them, make one request to the client's server. */
  const pending = new Map<string, Promise<readonly JsonObject[]>>();

  async function load(url: string): Promise<readonly JsonObject[]> {
    const response = await fetchKeys(url);
    if (response.status !== 200) throw new Error(`The JWKS URL answered ${response.status}.`);
    const body = parseJson(await response.text());
    const keys = isObject(body) && Array.isArray(body.keys) ? body.keys.filter(isObject) : [];
    checkKeySet(keys);
    const seconds = maxAge(response.headers.get('cache-control'));
    if (seconds > 0) {
      if (cache.size >= MAX_CACHED) cache.clear();
      cache.set(url, { keys, until: now() + seconds * 1000 });
    }
    return keys;
  }

  return {
    of(url) {
      const cached = cache.get(url);
      if (cached !== undefined && cached.until > now()) return Promise.resolve(cached.keys);
      cache.delete(url);
      const running = pending.get(url) ?? load(url).finally(() => pending.delete(url));
      pending.set(url, running);
      return running;
    },
  };
}

/** Seconds. https://www.rfc-editor.org/rfc/rfc9111#section-5.2.2 */
function maxAge(header: string | null): number {
  const directives = (header ?? '')
    .toLowerCase()
    .split(',')
    .map((directive) => directive.trim());
  if (directives.some((directive) => /^(no-store|no-cache)\b/.test(directive))) return 0;
  const seconds = directives.map((directive) => /^max-age="?(\d{1,9})"?$/.exec(directive)?.[1]).find(Boolean);
  return Math.min(Number(seconds ?? 0), MAX_AGE);
}
