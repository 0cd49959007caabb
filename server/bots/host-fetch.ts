import { Fault, fault } from '../kernel/fault.ts';
import { isObject, type JsonObject, type JsonValue } from '../kernel/json.ts';
import { outboundFetch } from '../kernel/outbound-fetch.ts';

export interface HostFetchRules {
  /** `api.example.org`, with a port where it is not the usual one. */
  readonly hosts: readonly string[];
  readonly allowPrivate: boolean;
}

const TIMEOUT = 10_000;
const MAX_BYTES = 1_048_576;
const MAX_HEADERS = 30;
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/;
const VALUE = /^[\t\x20-\x7e]{0,4000}$/;
/** Those that speak of the connection are the server's. */
const OWN = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

/**
 * `fetch` of a bot: only from the hosts that its deployment names, without redirects.
 * @returns status, headers and body (UTF-8)
 * @throws Fault
 */
export async function hostFetch(
  url: JsonValue | undefined,
  init: JsonValue | undefined,
  { hosts, allowPrivate }: HostFetchRules,
): Promise<JsonObject> {
  if (typeof url !== 'string' || url.length > 4000) throw bad('url must be a text');
  const { method = 'GET', headers = {}, body } = isObject(init) ? init : {};
  if (method !== 'GET' && method !== 'POST') throw bad('method must be GET or POST');
  if (body !== undefined && typeof body !== 'string') throw bad('body must be a text');
  const schemes = allowPrivate ? ['https', 'http'] : ['https'];
  const rules = {
    allowedOrigins: hosts.flatMap((host) => schemes.map((scheme) => `${scheme}://${host}`)),
    allowPrivate,
    timeout: TIMEOUT,
    maxBytes: MAX_BYTES,
  };
  try {
    const init = { method, headers: headersOf(headers), ...(body === undefined ? {} : { body }) } as const;
    const answer = await outboundFetch(url, init, rules);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
  } catch (error) {
    if (error instanceof Fault) throw error;
    const text = `The host gave no answer in ${TIMEOUT} ms, or one of more than ${MAX_BYTES} bytes.`;
    throw fault('bot.noAnswer', 502, 'transient', text, undefined, { cause: error });
  }
}

function headersOf(headers: JsonValue): Record<string, string> {
  const entries = isObject(headers) ? Object.entries(headers) : [];
  if (entries.length > MAX_HEADERS) throw bad(`headers are at most ${MAX_HEADERS}`);
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (!TOKEN.test(name) || OWN.has(name.toLowerCase()) || typeof value !== 'string' || !VALUE.test(value)) {
        throw bad('headers are names and values of HTTP, without those of the connection');
      }
      return [name, value];
    }),
  );
}

function bad(text: string): Error {
  return fault('bot.badCall', 422, 'value', `fetch: ${text}.`);
}
