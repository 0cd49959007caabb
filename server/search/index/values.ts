import type { JsonArray, JsonObject, JsonValue } from '../../kernel/json.ts';

/** A value that a search expression selects, with its FHIR type; `parent[key]` is where it stands (exact number text). */
export interface IndexedValue {
  readonly value: JsonValue;
  /** FHIR type code: `CodeableConcept`, `dateTime`, `Reference`, … */
  readonly type: string;
  readonly parent: JsonObject | JsonArray;
  readonly key: string | number;
}

export function textOf(object: JsonObject, property: string): string | undefined {
  const value = object[property];
  return typeof value === 'string' ? value : undefined;
}

const NOTHING: readonly JsonValue[] = [];

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? NOTHING : [value];
}
