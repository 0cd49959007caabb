import type { FhirRequest, Prefer } from '../request.ts';
import type { Entry } from './entries.ts';

/** A Bundle entry as the request it stands for. */
export function entryRequest(entry: Entry, prefer: Prefer): FhirRequest {
  return {
    method: entry.method,
    path: entry.path,
    query: entry.query,
    headers: {
      prefer,
      accept: ['application/fhir+json'],
      contentType: 'application/fhir+json',
      ...(entry.ifMatch === undefined ? {} : { ifMatch: entry.ifMatch }),
      ...(entry.ifNoneMatch === undefined ? {} : { ifNoneMatch: entry.ifNoneMatch }),
      ...(entry.ifModifiedSince === undefined ? {} : { ifModifiedSince: entry.ifModifiedSince }),
      ...(entry.ifNoneExist === undefined ? {} : { ifNoneExist: entry.ifNoneExist }),
    },
    ...(entry.resource === undefined ? {} : { body: entry.resource }),
  };
}
