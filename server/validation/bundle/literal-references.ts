import type { Definitions } from '../../definitions/definitions.ts';
import { isObject, type JsonObject, type JsonValue } from '../../kernel/json.ts';

export interface LiteralReference {
  readonly text: string;
  /** Element names and indices from the resource to `reference`. */
  path(definitions: Definitions): (string | number)[];
}

/** A value on the way down and the step that led to it. */
interface Step {
  readonly value: JsonValue;
  readonly key: string | number;
  readonly above: Step | undefined;
}

/**
 * `Reference.reference` everywhere in a resource and in what it contains, but not within Bundles that it holds: their
 * references are matched with their own entries.
 */
export function literalReferences(resource: JsonObject): readonly LiteralReference[] {
  const found: LiteralReference[] = [];
  const open: Step[] = [{ value: resource, key: '', above: undefined }];
  for (let step = open.pop(); step !== undefined; step = open.pop()) {
    const current = step;
    const { value } = current;
    if (Array.isArray(value)) {
      for (let at = value.length - 1; at >= 0; at -= 1) add(open, value[at], at, current);
    } else if (typeof value === 'object' && value !== null && (value.resourceType !== 'Bundle' || value === resource)) {
      const { reference } = value;
      if (typeof reference === 'string')
        found.push({ text: reference, path: (definitions) => pathOf(current, definitions) });
      for (const key in value) add(open, value[key], key, current);
    }
  }
  return found;
}

function add(open: Step[], value: JsonValue | undefined, key: string | number, above: Step): void {
  if (typeof value === 'object' && value !== null) open.push({ value, key, above });
}

function pathOf(step: Step, definitions: Definitions): (string | number)[] {
  const steps: Step[] = [];
  for (let at: Step | undefined = step; at !== undefined; at = at.above) steps.push(at);
  const path: (string | number)[] = [];
  let type = '';
  for (const { value, key } of steps.reverse()) {
    if (typeof key === 'number') path.push(key);
    else if (key !== '') {
      // Choices are properties such as `medicationReference`, which only the definitions tell from `reasonReference`.
      const property = definitions.type(type)?.properties.get(key);
      path.push(property?.element.name ?? key.replace(/^_/, ''));
      type = property?.type.code ?? 'Element';
    }
    if (isObject(value) && typeof value.resourceType === 'string') type = value.resourceType;
  }
  return [...path, 'reference'];
}
