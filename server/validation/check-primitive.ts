import { EXACT, numberText, type JsonArray, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { NumberPrimitive, Primitive } from './primitives/primitive.ts';
import { addIssue, shown, type Walk } from './walk.ts';

/** False when it is of another kind of JSON value than its type, so that nothing more can be said about it. */
export function checkPrimitive(
  value: JsonValue,
  primitive: Primitive,
  parent: JsonObject | JsonArray,
  key: string | number,
  walk: Walk,
): boolean {
  if (typeof value !== primitive.json) {
    const found = Array.isArray(value) ? 'array' : typeof value;
    addIssue(walk, 'structure', `Expected a JSON ${primitive.json} (${primitive.expected}), found: ${found}.`);
    return false;
  }
  if (typeof value === 'string' && primitive.json === 'string') {
    // The rule about narratives reads it once for both, and says more.
    const isLeftToRule = primitive.name === 'xhtml' && walk.options.level !== 'structure';
    if (!isLeftToRule && !primitive.isValid(value)) report(JSON.stringify(shown(value)), primitive, walk);
  } else if (typeof value === 'number' && primitive.json === 'number') {
    if (!isInRange(value, primitive, parent, key))
      report(numberText(parent, String(key)) ?? String(value), primitive, walk);
  }
  return true;
}

function isInRange(
  value: number,
  { wholeRange }: NumberPrimitive,
  parent: JsonObject | JsonArray,
  key: string | number,
): boolean {
  if (wholeRange === undefined) return true;
  if (!Number.isInteger(value) || value < wholeRange.least || value > wholeRange.most) return false;
  // `1.0` and `1e2` are equal to whole numbers and yet not written as such.
  return parent[EXACT] === undefined || numberText(parent, String(key)) === String(value);
}

function report(text: string, { name, expected }: Primitive, walk: Walk): void {
  addIssue(walk, 'value', `${text} is no ${name}; expected ${expected}.`);
}
