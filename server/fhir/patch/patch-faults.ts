import { fault, type Fault } from '../../kernel/fault.ts';

export const JSON_PATCH = 'application/json-patch+json';
const ACCEPTED = `${JSON_PATCH}, application/fhir+json, application/fhir+xml`;

/** 415 with Accept-Patch (RFC 5789 §3.1). */
export function unknownPatch(): Fault {
  const text = `A PATCH takes ${JSON_PATCH}, or a Parameters resource as application/fhir+json or application/fhir+xml.`;
  const headers = { 'Accept-Patch': ACCEPTED };
  return fault('patch.contentType', 415, 'not-supported', text, 'http.Content-Type', { headers });
}

/** 400: the patch itself is malformed. `place` is where in the patch, such as `[2].path`. */
export function malformed(text: string, place?: string): Fault {
  return fault('patch.malformed', 400, 'structure', text, place);
}

/** 422: the patch is well-formed but does not fit the resource. */
export function unfit(text: string, place?: string): Fault {
  return fault('patch.unfit', 422, 'processing', text, place);
}

/** 400 or 422: more than the server is willing to do for one request. */
export function tooCostly(status: 400 | 422, text: string, place?: string): Fault {
  return fault('patch.tooCostly', status, 'too-costly', text, place);
}
