import type { JsonObject } from '../../server/kernel/json.ts';
import { textAt } from '../resource/elements.ts';

/** https://hl7.org/fhir/R5/valueset-concept-map-relationship.html in the words of R4. */
const OF_RELATIONSHIP: Readonly<Record<string, string>> = {
  'related-to': 'relatedto',
  equivalent: 'equivalent',
  'source-is-narrower-than-target': 'wider',
  'source-is-broader-than-target': 'narrower',
  'not-related-to': 'disjoint',
};

/** The same seen from the other side; what is not here looks the same from both. */
const REVERSED: Readonly<Record<string, string>> = {
  wider: 'narrower',
  narrower: 'wider',
  subsumes: 'specializes',
  specializes: 'subsumes',
};

/** Equivalence of a mapping's target in the words of R4. https://hl7.org/fhir/R4/valueset-concept-map-equivalence.html */
export function equivalenceOf(target: JsonObject): string {
  const relationship = textAt(target, 'relationship');
  const translated = relationship !== undefined && Object.hasOwn(OF_RELATIONSHIP, relationship);
  return textAt(target, 'equivalence') ?? (translated ? OF_RELATIONSHIP[relationship] : undefined) ?? 'relatedto';
}

export function reversedEquivalence(equivalence: string): string {
  return Object.hasOwn(REVERSED, equivalence) ? (REVERSED[equivalence] ?? equivalence) : equivalence;
}

/** Whether there is a translation at all. */
export function isTranslation(equivalence: string): boolean {
  return equivalence !== 'unmatched' && equivalence !== 'disjoint';
}
