import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { Hasher } from './key.ts';
import type { ReferenceReader } from './reference-target.ts';
import type { LocalReference } from './row-types.ts';

/** By `Type/id`: claims refer to the same few resources hundreds of times. */
type Found = Map<string, LocalReference>;

/**
 * Every literal reference to a resource of this server, wherever it stands (extensions and contained resources included),
 * without duplicates. References inside of a stored Bundle lead to its other entries first
 * (https://hl7.org/fhir/R4/bundle.html#references), so they are not taken for this server's.
 */
export function localReferences(resource: JsonObject, hasher: Hasher, reader: ReferenceReader): LocalReference[] {
  const found: Found = new Map();
  if (resource.resourceType !== 'Bundle') walk(resource, [String(resource.resourceType)], found, hasher, reader);
  return [...found.values()];
}

function walk(
  object: JsonObject,
  path: (string | number)[],
  found: Found,
  hasher: Hasher,
  reader: ReferenceReader,
): void {
  for (const key in object) {
    const value: JsonValue | undefined = object[key];
    if (typeof value === 'string') {
      if (key === 'reference' && isReference(object, path)) add(value, path, found, hasher, reader);
    } else if (typeof value === 'object' && value !== null) {
      path.push(key);
      if (Array.isArray(value)) walkList(value, path, found, hasher, reader);
      else walk(value, path, found, hasher, reader);
      path.pop();
    }
  }
}

function walkList(
  list: readonly JsonValue[],
  path: (string | number)[],
  found: Found,
  hasher: Hasher,
  reader: ReferenceReader,
): void {
  for (let index = 0; index < list.length; index += 1) {
    const item = list[index];
    if (typeof item !== 'object' || item === null || Array.isArray(item)) continue;
    path.push(index);
    walk(item, path, found, hasher, reader);
    path.pop();
  }
}

/** R4 has three more string elements of that name: DetectedIssue.reference, Immunization.education.reference, Expression.reference. */
function isReference(object: JsonObject, path: readonly (string | number)[]): boolean {
  return (
    object.resourceType === undefined &&
    object.language === undefined &&
    path.at(-1) !== 'education' &&
    path.at(-2) !== 'education'
  );
}

function add(
  text: string,
  path: readonly (string | number)[],
  found: Found,
  hasher: Hasher,
  reader: ReferenceReader,
): void {
  const target = reader(text);
  if (target?.type === undefined || target.id === undefined) return;
  const { type, id } = target;
  if (found.has(target.text)) return;
  found.set(target.text, { type, id, target: hasher.target(target.text), expression: expressionOf(path) });
}

function expressionOf(path: readonly (string | number)[]): string {
  let text = '';
  for (const step of path) text += typeof step === 'number' ? `[${step}]` : text === '' ? step : `.${step}`;
  return `${text}.reference`;
}
