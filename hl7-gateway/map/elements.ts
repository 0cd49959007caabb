import type { JsonArray, JsonObject, JsonValue } from '../../server/kernel/json.ts';
import type { MappedResource } from './mapped-message.ts';
import type { SegmentReader } from './reading/segment-reader.ts';
import type { Value } from './reading/value.ts';

/** A resource in the making, and the elements of it that the message deletes. */
export interface Elements {
  readonly resource: MappedResource;
  readonly clears: string[];
}

export function elementsOf(resourceType: string): Elements {
  return { resource: { resourceType }, clears: [] };
}

type Made = JsonValue | undefined;

/** Sets an element from a field's first repetition; `""` deletes it, an empty field leaves alone what is stored. */
export function put(
  { resource, clears }: Elements,
  element: string,
  segment: SegmentReader,
  field: number,
  make: (value: Value) => Made,
): void {
  if (segment.isNull(field)) {
    if (!clears.includes(element)) clears.push(element);
    return;
  }
  const value = segment.value(field);
  const made = value === undefined ? undefined : make(value);
  if (made !== undefined) resource[element] = made;
}

/** Adds a field's repetitions to a list; `""` deletes the list. */
export function putAll(
  { resource, clears }: Elements,
  element: string,
  segment: SegmentReader,
  field: number,
  make: (value: Value) => Made | readonly JsonValue[],
): void {
  if (segment.isNull(field) && !clears.includes(element)) clears.push(element);
  for (const value of segment.values(field)) {
    const made = make(value);
    if (made === undefined) continue;
    for (const each of Array.isArray(made) ? (made as readonly JsonValue[]) : [made as JsonValue])
      append(resource, element, each);
  }
}

/** What lists hold, as text: a message may repeat a field by the ten thousand. */
const HELD = new WeakMap<JsonArray, Set<string>>();

/** Adds to a list of an object, once. */
export function append(object: JsonObject, element: string, item: JsonValue): void {
  const list = object[element];
  if (!Array.isArray(list)) {
    object[element] = [item];
    return;
  }
  const held = HELD.get(list) ?? new Set(list.map((each) => JSON.stringify(each)));
  HELD.set(list, held);
  const text = JSON.stringify(item);
  if (held.has(text)) return;
  held.add(text);
  list.push(item);
}

export function putExtension(object: JsonObject, url: string, element: string, value: Made): void {
  if (value !== undefined) append(object, 'extension', { url, [element]: value });
}

/** From a field into an extension of the resource; `""` deletes the extension. */
export function putFieldExtension(
  { resource, clears }: Elements,
  url: string,
  element: string,
  segment: SegmentReader,
  field: number,
  make: (value: Value) => Made,
): void {
  if (segment.isNull(field)) clears.push(`extension[url=${url}]`);
  for (const value of segment.values(field)) putExtension(resource, url, element, make(value));
}

/** Leaves out what is undefined and texts that are empty; undefined when nothing is left. */
export function filled(object: JsonObject): JsonObject | undefined {
  const entries = Object.entries(object).filter(([, value]) => value !== undefined && value !== '');
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
