import { compareDecimals } from '../../kernel/decimal.ts';
import { isObject, numberText, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';

/** A value with the place it stands in, which knows the digits of numbers. */
interface Placed {
  readonly value: JsonValue | undefined;
  readonly owner: JsonObject | JsonArray;
  readonly key: string;
}

/** `fixed[x]`: the same elements with the same values, nothing more. https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.fixed_x_ */
export function isSame(found: Placed, fixed: Placed): boolean {
  const a = found.value;
  const b = fixed.value;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((_, index) => isSame(at(a, index), at(b, index)));
  }
  if (isObject(a) && isObject(b)) {
    const keys = Object.keys(a).filter((key) => a[key] !== undefined);
    const count = Object.keys(b).filter((key) => b[key] !== undefined).length;
    return keys.length === count && keys.every((key) => isSame(at(a, key), at(b, key)));
  }
  return isSamePrimitive(found, fixed);
}

/**
 * `pattern[x]`: at least what the pattern holds; every item of a list in the pattern is matched by some item of the value.
 * https://hl7.org/fhir/R4/elementdefinition-definitions.html#ElementDefinition.pattern_x_
 */
export function matchesPattern(found: Placed, pattern: Placed): boolean {
  const a = found.value;
  const b = pattern.value;
  if (Array.isArray(b)) {
    if (!Array.isArray(a)) return false;
    return b.every((_, place) => a.some((__, index) => matchesPattern(at(a, index), at(b, place))));
  }
  if (isObject(b)) {
    return isObject(a) && Object.keys(b).every((key) => b[key] === undefined || matchesPattern(at(a, key), at(b, key)));
  }
  return isSamePrimitive(found, pattern);
}

function isSamePrimitive(a: Placed, b: Placed): boolean {
  if (typeof a.value !== 'number' || typeof b.value !== 'number') return a.value === b.value;
  const left = numberText(a.owner, a.key);
  const right = numberText(b.owner, b.key);
  return left !== undefined && right !== undefined && compareDecimals(left, right) === 0;
}

function at(owner: JsonObject | JsonArray, key: string | number): Placed {
  return { value: (owner as JsonObject)[key], owner, key: String(key) };
}
