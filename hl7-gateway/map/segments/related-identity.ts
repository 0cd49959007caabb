import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import { matchesOf, matchOf } from '../datatypes/identifier.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { ownIdentity } from '../own-identity.ts';
import type { MappedPatient } from './patient.ts';

/** What recognises a RelatedPerson: who they are and to whom. */
export interface RelatedIdentity {
  readonly identifier: JsonObject[];
  readonly match: readonly string[];
}

/**
 * A mother of two has one number and is a RelatedPerson of each child: so her number alone recognises neither.
 * @param identifiers their numbers; undefined where none says who gave it
 */
export function relatedIdentity(
  draft: MappingDraft,
  patient: MappedPatient,
  identifiers: JsonValue | undefined,
): RelatedIdentity | undefined {
  const [number] = matchesOf(identifiers);
  if (number === undefined || !Array.isArray(identifiers)) return undefined;
  const own = ownIdentity(draft, 'related-person', [patient.key, number]);
  const match = matchOf(own);
  return {
    identifier: [...(own === undefined ? [] : [own]), ...(identifiers as JsonObject[])],
    match: match === undefined ? [] : [match],
  };
}
