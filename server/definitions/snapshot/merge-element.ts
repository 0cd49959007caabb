import type { JsonObject, JsonValue } from '../../kernel/json.ts';
import type { ConstraintJson, ElementJson } from './element-json.ts';

/** Parts of the differential that say where it stands, not what it changes. */
const PLACE = new Set(['id', 'path', 'sliceName', 'contentReference', 'base']);
/** Lists that grow; everything else that a differential states takes the place of what was inherited. */
const GROWING = new Set(['alias', 'code', 'mapping', 'condition', 'example']);
const TEXTS = new Set(['definition', 'comment', 'requirements', 'meaningWhenMissing']);
const CONTINUED = '...';

/**
 * An element of a snapshot as a differential changes it.
 * https://hl7.org/fhir/R4/profiling.html#snapshot
 */
export function mergeElement(inherited: ElementJson, change: ElementJson, source: string): ElementJson {
  const merged: ElementJson = { ...inherited };
  for (const key of Object.keys(change)) {
    const value = change[key];
    if (value === undefined || PLACE.has(key)) continue;
    if (key === 'constraint')
      merged.constraint = mergeConstraints(inherited.constraint ?? [], change.constraint ?? [], source);
    // A binding that names no value set changes the strength of the inherited one.
    else if (key === 'binding') merged.binding = { strength: 'example', ...inherited.binding, ...change.binding };
    else if (GROWING.has(key)) merged[key] = union(inherited[key], value);
    else if (TEXTS.has(key)) merged[key] = continued(inherited[key], value);
    else merged[key] = value;
  }
  return merged;
}

/** A constraint of the same key is stated anew. */
function mergeConstraints(
  inherited: readonly ConstraintJson[],
  added: readonly ConstraintJson[],
  source: string,
): ConstraintJson[] {
  const keys = new Set(added.map(({ key }) => key));
  const own = added.map((constraint): ConstraintJson =>
    constraint.source === undefined ? { ...constraint, source } : constraint,
  );
  return [...inherited.filter(({ key }) => !keys.has(key)), ...own];
}

function union(inherited: JsonValue | undefined, added: JsonValue): JsonValue {
  if (!Array.isArray(inherited) || !Array.isArray(added)) return added;
  const known = new Set(inherited.map((item) => JSON.stringify(item)));
  return [...inherited, ...added.filter((item) => !known.has(JSON.stringify(item)))];
}

/** A text that begins with `...` goes on where the inherited one ends. */
function continued(inherited: JsonValue | undefined, text: JsonValue): JsonValue {
  if (typeof inherited !== 'string' || typeof text !== 'string' || !text.startsWith(CONTINUED)) return text;
  return `${inherited}\r\n${text.slice(CONTINUED.length)}`;
}

/** What a new slice starts from: all that holds for the sliced element, except that nobody has to have the slice. */
export function sliceDefinition(sliced: ElementJson, sliceName: string): ElementJson {
  const { slicing: _slicing, sliceName: _sliceName, ...rest }: JsonObject & ElementJson = sliced;
  return { ...rest, path: sliced.path, sliceName, min: 0 };
}
