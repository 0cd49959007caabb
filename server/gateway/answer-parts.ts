import type { FhirResponse } from '../fhir/request.ts';
import { isObject, stringifyJson, type JsonObject, type JsonValue } from '../kernel/json.ts';

/** FHIR types of what the gateway tells. */
type ValueType = 'string' | 'code' | 'instant' | 'integer' | 'boolean' | 'id' | 'Reference';

/** What an answer tells of an object of the gateway: its properties by name, each of a type. */
export type Shape = Readonly<Record<string, ValueType>>;

/** A parameter, or a part of one; nothing where there is no value. Lists become several. */
export function valueParts(name: string, type: ValueType, value: JsonValue | undefined): readonly JsonObject[] {
  const values = Array.isArray(value) ? value : [value];
  return values.flatMap((each) => {
    // FHIR knows no empty strings.
    if (each === undefined || each === null || each === '') return [];
    if (type === 'integer') return [{ name, valueInteger: Math.round(Number(each)) }];
    if (type === 'Reference') return [{ name, valueReference: { reference: String(each) } }];
    return [{ name, [`value${type.charAt(0).toUpperCase()}${type.slice(1)}`]: each }];
  });
}

/** Those properties of an object that the shape names, in its order; `receivedAt` is called `received-at`. */
export function shapedParts(shape: Shape, object: JsonObject): readonly JsonObject[] {
  return Object.entries(shape).flatMap(([property, type]) => valueParts(partName(property), type, object[property]));
}

/** A parameter with parts; nothing without any. */
export function group(name: string, part: readonly JsonObject[]): readonly JsonObject[] {
  return part.length === 0 ? [] : [{ name, part: [...part] }];
}

/** The objects of a list. */
export function objectsIn(list: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

export function textsIn(list: JsonValue | undefined): readonly string[] {
  return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : [];
}

/** The answer of an operation. */
export function parametersAnswer(parameter: readonly JsonObject[]): FhirResponse {
  const resource = { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter: [...parameter] }) };
  return { status: 200, headers: {}, text: stringifyJson(resource) };
}

function partName(property: string): string {
  return property.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
