import type { JsonArray, JsonObject, JsonValue } from '../kernel/json.ts';

/** A value that an expression selects, with its FHIR type; `parent[key]` is where it stands (exact number text). */
export interface IndexedValue {
  readonly value: JsonValue;
  /** FHIR type code: `CodeableConcept`, `dateTime`, `Reference`, …; `Resource` for a resource of any type. */
  readonly type: string;
  readonly parent: JsonObject | JsonArray;
  readonly key: string | number;
}

/** A value that stands in no resource, such as the result of a comparison. */
export function computedValue(value: JsonValue, type: string): IndexedValue {
  return { value, type, parent: [value], key: 0 };
}
