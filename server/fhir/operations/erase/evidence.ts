import { isObject, type JsonValue } from '../../../kernel/json.ts';
import { addressesIn, identifierKey, nameKeys, type Words } from './words-of.ts';

/** By what a text is known to be about the patient who is erased. */
export interface Evidence {
  /** Whether a reference (as written) leads to something that is erased. */
  isGone(reference: string): boolean;
  /** Whether an address is one of another server. */
  isForeign(address: string): boolean;
  readonly words: Words;
}

/**
 * Whether a resource is about the patient: it refers to what is erased, or holds a copy of it; it has an identifier of theirs;
 * or somebody in it has their full name and their date of birth. A name alone may be anybody's: what is about a namesake stays
 * as it is. In a Bundle's entry of another server ids and relative references are that server's.
 * https://hl7.org/fhir/R4/bundle.html#references
 */
export function isAbout(value: JsonValue | undefined, evidence: Evidence, isElsewhere = false): boolean {
  const { isGone, isForeign, words } = evidence;
  if (typeof value === 'string') {
    if (!value.includes('/')) return false;
    return addressesIn(value).some((address) => isGone(address) && (!isElsewhere || address.includes('://')));
  }
  if (Array.isArray(value)) return value.some((item) => isAbout(item, evidence, isElsewhere));
  if (!isObject(value)) return false;
  const { resourceType, id, birthDate, name, fullUrl } = value;
  if (!isElsewhere && typeof resourceType === 'string' && typeof id === 'string' && isGone(`${resourceType}/${id}`)) {
    return true;
  }
  if (typeof value.value === 'string' && words.identifiers.has(identifierKey(value))) return true;
  if (typeof birthDate === 'string' && words.birthDates.has(birthDate) && hasName(name, words)) return true;
  const isInner = isElsewhere || (typeof fullUrl === 'string' && isForeign(fullUrl));
  return Object.values(value).some((item) => isAbout(item, evidence, isInner));
}

/** Whether one of some HumanNames is the patient's. */
function hasName(names: JsonValue | undefined, words: Words): boolean {
  const list = Array.isArray(names) ? names : [names];
  return list.some((name) => isObject(name) && nameKeys(name).some((key) => words.names.has(key)));
}
