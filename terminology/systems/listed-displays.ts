import { loadBaseCanonicals } from '../../server/definitions/base-canonicals.ts';
import { objectAt, objectsAt, textAt } from '../resource/elements.ts';

/** Codes that a value set of R4 lists one by one, with their displays. */
export function listedDisplays(valueSet: string): ReadonlyMap<string, string | undefined> {
  const compose = objectAt(loadBaseCanonicals().find('ValueSet', valueSet), 'compose');
  return new Map(
    objectsAt(compose, 'include')
      .flatMap((include) => objectsAt(include, 'concept'))
      .map((concept) => [textAt(concept, 'code') ?? '', textAt(concept, 'display')]),
  );
}
