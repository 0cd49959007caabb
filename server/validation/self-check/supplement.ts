import type { JsonObject } from '../../kernel/json.ts';
import { addIssueAt, isFull, shown, type Walk } from '../walk.ts';
import { conceptPath, conceptsOf, type PlacedConcept } from './concepts.ts';

/** A supplement names the system that it adds to, and only concepts of that. https://hl7.org/fhir/R4/codesystem.html#supplements */
export function checkSupplement(
  { content, supplements, url }: JsonObject,
  concepts: readonly PlacedConcept[],
  walk: Walk,
): void {
  if ((content === 'supplement') !== (supplements !== undefined)) {
    const text =
      content === 'supplement'
        ? 'A supplement names the code system that it adds to. Expected is supplements.'
        : 'Only a supplement names a system that it adds to. Expected is the content supplement, or no supplements.';
    addIssueAt(walk, [content === 'supplement' ? 'supplements' : 'content'], 'invariant', text);
  }
  if (typeof supplements !== 'string') return;
  if (supplements.split('|', 1)[0] === url) {
    addIssueAt(
      walk,
      ['supplements'],
      'value',
      'A supplement has a url of its own. Expected is that of another system.',
    );
    return;
  }
  const system = walk.canonicals.find('CodeSystem', supplements);
  if (system === undefined) {
    const text = `The code system ${shown(supplements)} is not held here, so the concepts are not checked.`;
    addIssueAt(walk, ['supplements'], 'not-found', text, 'warning');
  } else if (system.content === 'complete') checkConcepts(concepts, system, walk);
}

function checkConcepts(concepts: readonly PlacedConcept[], system: JsonObject, walk: Walk): void {
  const codes = new Set(conceptsOf(system).map(({ code }) => code));
  for (const concept of concepts) {
    if (isFull(walk)) return;
    if (codes.has(concept.code)) continue;
    const text = `"${shown(concept.code)}" is no code of ${String(system.url)}, which is supplemented. Expected is one of its codes.`;
    addIssueAt(walk, [...conceptPath(concept), 'code'], 'code-invalid', text);
  }
}
