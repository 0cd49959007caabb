import { FhirpathError } from './env.ts';
import type { Item, Items } from './item.ts';

/** @throws FhirpathError when there are several */
export function singleton(items: Items, where: string): Item | undefined {
  if (items.length > 1) throw new FhirpathError(`${where} takes one value, not ${items.length}`);
  return items[0];
}

/**
 * A collection as a condition: one value that is no boolean counts as true.
 * https://hl7.org/fhirpath/N1/#singleton-evaluation-of-collections
 * @throws FhirpathError when there are several
 */
export function conditionOf(items: Items, where: string): boolean | undefined {
  const item = singleton(items, where);
  if (item === undefined) return undefined;
  if (typeof item.value === 'boolean') return item.value;
  return item.value === undefined ? undefined : true;
}

/** Booleans only, of System or FHIR. @throws FhirpathError */
export function booleanOf(items: Items, where: string): boolean | undefined {
  const item = singleton(items, where);
  if (item === undefined) return undefined;
  if (typeof item.value !== 'boolean') throw new FhirpathError(`${where} takes true or false, not ${item.type}`);
  return item.value;
}
