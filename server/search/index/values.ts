import type { JsonObject, JsonValue } from '../../kernel/json.ts';

export type { IndexedValue } from '../../fhirpath/values.ts';

export function textOf(object: JsonObject, property: string): string | undefined {
  const value = object[property];
  return typeof value === 'string' ? value : undefined;
}

const NOTHING: readonly JsonValue[] = [];

export function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : value === undefined || value === null ? NOTHING : [value];
}
