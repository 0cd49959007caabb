import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystem, Concept } from '../code-system.ts';
import { designationsOf, propertiesOf } from './concept-table.ts';
import { canonicalOf, objectsAt, textAt } from './elements.ts';
import type { ResourceCodeSystem } from './resource-code-system.ts';

/**
 * A code system with what supplements add to its concepts: designations, properties, extensions.
 * https://hl7.org/fhir/R4/codesystem.html#supplements
 */
export function supplemented<S extends CodeSystem | ResourceCodeSystem>(
  system: S,
  supplements: readonly JsonObject[],
): S {
  if (supplements.length === 0) return system;
  const additions = new Map<string, { readonly element: JsonObject; readonly supplement: JsonObject }[]>();
  for (const supplement of supplements) {
    const pending = [...objectsAt(supplement, 'concept')];
    for (let element = pending.pop(); element !== undefined; element = pending.pop()) {
      const code = textAt(element, 'code');
      if (code !== undefined) {
        const known = additions.get(code);
        if (known === undefined) additions.set(code, [{ element, supplement }]);
        else known.push({ element, supplement });
      }
      for (const child of objectsAt(element, 'concept')) pending.push(child);
    }
  }
  const enrich = (concept: Concept): Concept =>
    (additions.get(concept.code) ?? []).reduce(
      (base, { element, supplement }) => add(base, element, supplement),
      concept,
    );
  return {
    ...system,
    async find(codes) {
      const found = await system.find(codes);
      return new Map([...found].map(([code, concept]) => [code, enrich(concept)]));
    },
    async select(query) {
      const page = await system.select(query);
      return { ...page, concepts: page.concepts.map(enrich) };
    },
  };
}

function add(concept: Concept, element: JsonObject, supplement: JsonObject): Concept {
  const source = canonicalOf(textAt(supplement, 'url') ?? '', textAt(supplement, 'version'));
  const language = textAt(supplement, 'language');
  const display = textAt(element, 'display');
  const shown =
    display === undefined ? [] : [{ value: display, source, ...(language === undefined ? {} : { language }) }];
  return {
    ...concept,
    designations: [...concept.designations, ...shown, ...designationsOf(element, source)],
    properties: [...concept.properties, ...propertiesOf(element)],
    extension: [...(concept.extension ?? []), ...objectsAt(element, 'extension')],
  };
}
