import { fault } from '../kernel/fault.ts';
import { isObject, parseJson, type JsonValue } from '../kernel/json.ts';
import type { FetchPrefetch } from './prefetch.ts';

/** Asks another server over HTTP, through the guard against requests to inner addresses. */
export type OutboundGet = (url: string, headers: Readonly<Record<string, string>>) => Promise<Response>;

/** Answers templates out of the client's FHIR server, with the token that it sent. */
export function remotePrefetch(fhirServer: string, token: string, get: OutboundGet): FetchPrefetch {
  return async (query) => {
    const response = await get(`${fhirServer}/${query}`, {
      Accept: 'application/fhir+json',
      Authorization: `Bearer ${token}`,
    }).catch((cause: unknown) => {
      throw unanswered('does not answer', cause);
    });
    if (response.status === 404 || response.status === 410) return null;
    if (response.status !== 200) throw unanswered(`answers ${response.status}`, undefined);
    const resource = parsed(await response.text());
    if (!isObject(resource)) throw unanswered('answers no resource', undefined);
    return resource;
  };
}

function parsed(text: string): JsonValue {
  try {
    return parseJson(text);
  } catch (cause) {
    throw unanswered('answers no JSON', cause);
  }
}

function unanswered(what: string, cause: unknown): Error {
  return fault('cds.fhirServer', 412, 'incomplete', `The fhirServer ${what}.`, 'fhirServer', { cause });
}
