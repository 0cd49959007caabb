import type { JsonObject } from '../../kernel/json.ts';
import { addIssueAt, isFull, shown, type Walk } from '../walk.ts';
import { checkAllCodesValueSet } from './all-codes-value-set.ts';
import { checkConceptProperties } from './concept-properties.ts';
import { conceptPath, conceptsOf, type PlacedConcept } from './concepts.ts';
import { checkSupplement } from './supplement.ts';

/**
 * What a CodeSystem says about itself: every code once, as many as it counts, properties as they are declared.
 * https://hl7.org/fhir/R4/codesystem.html
 */
export function checkCodeSystem(codeSystem: JsonObject, walk: Walk): void {
  const concepts = conceptsOf(codeSystem);
  checkCodes(concepts, codeSystem.caseSensitive !== false, walk);
  checkCount(codeSystem, concepts.length, walk);
  checkConceptProperties(codeSystem, concepts, walk);
  checkSupplement(codeSystem, concepts, walk);
  checkAllCodesValueSet(codeSystem, walk);
}

function checkCodes(concepts: readonly PlacedConcept[], isCaseSensitive: boolean, walk: Walk): void {
  const seen = new Set<string>();
  for (const concept of concepts) {
    if (isFull(walk)) return;
    const key = isCaseSensitive ? concept.code : concept.code.toLowerCase();
    if (seen.has(key)) {
      const note = isCaseSensitive ? '' : ' (upper and lower case are the same in this system)';
      const text = `The code "${shown(concept.code)}" is there already${note} (csd-1). Expected is every code once.`;
      addIssueAt(walk, [...conceptPath(concept), 'code'], 'duplicate', text);
    }
    seen.add(key);
  }
}

function checkCount({ content, count }: JsonObject, found: number, walk: Walk): void {
  if (content === 'not-present' && found > 0) {
    const text = `A code system whose content is not present has no concepts. Expected is another content, or none of the ${found} concepts.`;
    addIssueAt(walk, ['content'], 'value', text);
  }
  if (typeof count !== 'number' || count === found) return;
  // Warnings: published systems have counts that nobody kept up.
  if (content === 'complete') {
    const text = `The system is complete and has ${found} concepts, not ${count}. Expected is ${found}.`;
    addIssueAt(walk, ['count'], 'value', text, 'warning');
  } else if (content === 'fragment' && count < found) {
    const text = `There are ${found} concepts, and ${count} in all. Expected is the number of all concepts of the system.`;
    addIssueAt(walk, ['count'], 'value', text, 'warning');
  }
}
