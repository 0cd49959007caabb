import { isObject, type JsonObject, type JsonValue } from '../../../kernel/json.ts';
import { identifierKey, nameKeys, type Words } from './words-of.ts';

/** By what a text is known to be about the patient who is erased. */
export interface Evidence {
  /** Whether a reference (as written) leads to something that is erased. */
  isGone(reference: string): boolean;
  readonly words: Words;
}

/**
 * Whether a resource is about the patient: it refers to what is erased, or is a copy of it; it has an identifier of theirs;
 * or somebody in it has their full name and their date of birth. A name alone may be anybody's: what is about a namesake stays
 * as it is.
 */
export function isAbout(resource: JsonObject, evidence: Evidence): boolean {
  return isIn(resource, evidence);
}

function isIn(value: JsonValue | undefined, evidence: Evidence): boolean {
  if (typeof value === 'string') return value.includes('/') && saysGone(value, evidence);
  if (Array.isArray(value)) return value.some((item) => isIn(item, evidence));
  if (!isObject(value)) return false;
  const { resourceType, id, birthDate, name } = value;
  if (typeof resourceType === 'string' && typeof id === 'string' && evidence.isGone(`${resourceType}/${id}`))
    return true;
  if (typeof value.value === 'string' && evidence.words.identifiers.has(identifierKey(value))) return true;
  if (typeof birthDate === 'string' && evidence.words.birthDates.has(birthDate) && hasName(name, evidence.words))
    return true;
  return Object.values(value).some((item) => isIn(item, evidence));
}

/** Also within a longer text: an address, a sentence. */
function saysGone(text: string, { isGone }: Evidence): boolean {
  if (isGone(text)) return true;
  for (const [reference] of text.matchAll(/\b[A-Z][A-Za-z]{2,40}\/[A-Za-z0-9.-]{1,64}/g)) {
    if (isGone(reference) || isGone(reference.replace(/\.$/, ''))) return true;
  }
  return false;
}

/** Whether one of some HumanNames is the patient's. */
function hasName(names: JsonValue | undefined, words: Words): boolean {
  const list = Array.isArray(names) ? names : [names];
  return list.some((name) => isObject(name) && nameKeys(name).some((key) => words.names.has(key)));
}
