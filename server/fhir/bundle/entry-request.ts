import type { FhirRequest, Prefer } from '../request.ts';
import type { Entry } from './entries.ts';
import { patchOf } from './entry-patch.ts';

/** A Bundle entry as the request it stands for. */
export function entryRequest(entry: Entry, prefer: Prefer): FhirRequest {
  const patch = entry.method === 'PATCH' ? patchOf(entry) : undefined;
  const body = patch === undefined ? entry.resource : patch.body;
  return {
    method: entry.method,
    path: entry.path,
    query: entry.query,
    headers: {
      prefer,
      accept: ['application/fhir+json'],
      contentType: patch?.contentType ?? 'application/fhir+json',
      ...(entry.ifMatch === undefined ? {} : { ifMatch: entry.ifMatch }),
      ...(entry.ifNoneMatch === undefined ? {} : { ifNoneMatch: entry.ifNoneMatch }),
      ...(entry.ifModifiedSince === undefined ? {} : { ifModifiedSince: entry.ifModifiedSince }),
      ...(entry.ifNoneExist === undefined ? {} : { ifNoneExist: entry.ifNoneExist }),
    },
    ...(body === undefined ? {} : { body }),
  };
}
