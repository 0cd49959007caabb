import type { JsonArray, JsonObject, JsonValue } from '../../kernel/json.ts';
import type { PropertyRule } from '../object-rule.ts';
import { addIssue, type Walk } from '../walk.ts';

/** ele-1: an id alone says nothing; beside a primitive's value it is enough. https://hl7.org/fhir/R4/element.html */
export function checkOnlyId(
  value: JsonObject,
  { partner, name }: PropertyRule,
  owner: JsonObject,
  key: string | number,
  walk: Walk,
): void {
  for (const property in value) if (property !== 'id') return;
  if (value.id === undefined || (partner !== undefined && isPresent(owner[partner], key))) return;
  const expected = partner === undefined ? 'further elements' : `a value of ${partner}, or an extension in ${name}`;
  addIssue(walk, 'invariant', `ele-1: An element cannot have an id alone. Expected is ${expected}.`);
}

function isPresent(value: JsonArray | JsonValue | undefined, key: string | number): boolean {
  const found = typeof key === 'number' && Array.isArray(value) ? value[key] : value;
  return found !== undefined && found !== null;
}
