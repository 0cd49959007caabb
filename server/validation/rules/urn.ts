import type { JsonArray, JsonObject, JsonValue } from '../../kernel/json.ts';
import { isOid, isUuid } from '../primitives/uri.ts';
import { isAbsoluteUri } from './absolute-uri.ts';
import { addIssue, shown, type Walk } from '../walk.ts';

const UUID = 'urn:uuid:';
const OID = 'urn:oid:';
/** Schemes that do not exist: what was meant are URNs. */
const BARE = ['uuid:', 'oid:'];

/** Whether {@link checkUrn} has something to look at. */
export function mayBeUrn(uri: string): boolean {
  return uri.startsWith('urn:') || BARE.some((scheme) => uri.startsWith(scheme));
}

/** A URI that says it is a UUID or an OID is one. https://hl7.org/fhir/R4/datatypes.html#uri */
export function checkUrn(value: JsonValue, _parent: JsonObject | JsonArray, _key: string | number, walk: Walk): void {
  if (typeof value !== 'string' || !mayBeUrn(value)) return;
  if (!value.startsWith('urn:')) report(value, `URI; expected is urn:${value.split(':', 1)[0] ?? ''}:…`, walk);
  else if (value.startsWith(UUID) && !isUuid(value)) {
    report(value, 'UUID; expected are 8-4-4-4-12 hexadecimal digits after urn:uuid:', walk);
  } else if (value.startsWith(OID) && !isOid(value)) {
    report(value, 'OID; expected are numbers with dots between them after urn:oid:', walk);
  }
}

/**
 * Canonical urls are absolute, or fragments that mean something contained. Some of R4's own examples have relative
 * ones, so that these are no more than a warning.
 * https://hl7.org/fhir/R4/references.html#canonical
 */
export function checkCanonical(
  value: JsonValue,
  parent: JsonObject | JsonArray,
  key: string | number,
  walk: Walk,
): void {
  checkUrn(value, parent, key, walk);
  if (typeof value !== 'string' || value.startsWith('#') || isAbsoluteUri(value)) return;
  const text = `"${shown(value)}" is not absolute. Expected is the url of the resource that is meant, or #id of a contained one.`;
  addIssue(walk, 'value', text, 'warning');
}

function report(value: string, expected: string, walk: Walk): void {
  addIssue(walk, 'value', `"${shown(value)}" is no ${expected}.`);
}
