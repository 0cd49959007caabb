import { isObject, numberText, type JsonObject, type JsonValue } from '../../server/kernel/json.ts';

/** A value that is another one, that is new, or that goes. */
export interface ElementChange {
  /** `name[0].family` */
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** What the server sets by itself, and what is said beside, tells nothing of a message. */
const LEFT_OUT: ReadonlySet<string> = new Set(['resourceType', 'id', 'meta.versionId', 'meta.lastUpdated']);

/** How two versions of a resource differ, value by value; of a new one all that it has. */
export function elementChanges(before: JsonObject | undefined, after: JsonObject): readonly ElementChange[] {
  const [old, now] = [valuesIn(before ?? {}), valuesIn(after)];
  const paths = new Set([...now.keys(), ...old.keys()]);
  return [...paths]
    .filter((path) => old.get(path) !== now.get(path) && !LEFT_OUT.has(path))
    .map((path) => {
      const [was, is] = [old.get(path), now.get(path)];
      return { path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) };
    });
}

function valuesIn(resource: JsonObject): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  addValues(values, '', resource);
  return values;
}

function addValues(values: Map<string, string>, path: string, parent: JsonObject | JsonValue[]): void {
  for (const [key, value] of Object.entries(parent)) {
    const place = Array.isArray(parent) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`;
    if (Array.isArray(value) || isObject(value)) addValues(values, place, value);
    // Decimals keep their digits: 1.0 and 1.00 are not the same.
    else if (typeof value === 'number') values.set(place, numberText(parent, key) ?? String(value));
    else if (value !== undefined) values.set(place, String(value));
  }
}
