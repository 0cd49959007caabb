import { isObject, type JsonObject } from '../../kernel/json.ts';

/** A concept of a CodeSystem and where it stands. */
export interface PlacedConcept {
  readonly concept: JsonObject;
  readonly code: string;
  readonly index: number;
  readonly above: PlacedConcept | undefined;
}

/** All concepts as one reads them, however deep they are nested. */
export function conceptsOf(codeSystem: JsonObject): readonly PlacedConcept[] {
  const found: PlacedConcept[] = [];
  const open: PlacedConcept[] = [];
  addChildren(codeSystem, undefined, open);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    found.push(next);
    addChildren(next.concept, next, open);
  }
  return found;
}

/** The last one first, as they are taken from the end. */
function addChildren({ concept: list }: JsonObject, above: PlacedConcept | undefined, open: PlacedConcept[]): void {
  if (!Array.isArray(list)) return;
  for (let index = list.length - 1; index >= 0; index -= 1) {
    const concept = list[index];
    if (isObject(concept)) open.push({ concept, code: String(concept.code), index, above });
  }
}

/** From the CodeSystem to the concept: `['concept', 0, 'concept', 3]`. */
export function conceptPath(concept: PlacedConcept): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: PlacedConcept | undefined = concept; at !== undefined; at = at.above) path.push(at.index, 'concept');
  return path.reverse();
}
