import type { Definitions, TypeDef } from '../../definitions/definitions.ts';
import { fault, type Fault } from '../../kernel/fault.ts';
import { EXACT, isObject, stringifyJson, type JsonArray, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import type { Access } from '../../access/access.ts';
import { shownResource } from '../shape/shown-resource.ts';
import { withoutPath, withoutPaths } from '../shape/without-paths.ts';
import { sameValue } from './unchanged.ts';

/** What is hidden in a stored resource from who writes it. */
interface Hiding {
  readonly definitions: Definitions;
  readonly access: Access;
}

/**
 * The new version with what the stored one holds and the writer never saw: hidden elements, and the narrative when they
 * sent none. All decisions look at what the writer sees and sends, so that they tell nothing of what is hidden.
 * @param before as it is stored
 * @param after as the writer wants it, made from what they see
 * @throws Fault 403 when it writes to a hidden element, or changes an item that may have one inside
 */
export function withHiddenParts(hiding: Hiding, before: JsonObject, after: JsonObject): JsonObject {
  const { definitions, access } = hiding;
  const shown = shownResource(definitions, access, before);
  if (shown === before) return after;
  const paths = access.hiddenIn(before);
  refuseHeld(hiding, before);
  refuseHeld(hiding, after);
  if (stringifyJson(withoutPaths(definitions, after, paths)) !== stringifyJson(after)) throw writesHidden();
  const type = definitions.type(String(before.resourceType));
  if (type === undefined) return after;
  const steps = paths
    .map((path) => path.replaceAll('[x]', '').split('.'))
    .filter(([name]) => name === type.name)
    .map(([, ...rest]) => rest);
  const whole = restore(definitions, type, before, withoutLabel(before, after), steps);
  return whole.text === undefined && before.text !== undefined ? { ...whole, text: before.text } : whole;
}

/** What shownResource added to the labels is not the writer's. */
function withoutLabel(before: JsonObject, after: JsonObject): JsonObject {
  const { meta, ...others } = after;
  if (!isObject(meta) || !Array.isArray(meta.security)) return after;
  const stored = isObject(before.meta) && Array.isArray(before.meta.security) ? before.meta.security : [];
  let own = stored.filter(isRedacted).length;
  const security = meta.security.filter((label) => !isRedacted(label) || (own -= 1) >= 0);
  const { security: _labels, ...rest } = meta;
  const left = security.length === 0 ? rest : { ...rest, security };
  return Object.keys(left).length === 0 ? others : { ...after, meta: left };
}

function isRedacted(label: JsonValue): boolean {
  return isObject(label) && label.code === 'REDACTED';
}

/** Resources inside of others have no identity by which their hidden elements could be found again. */
function refuseHeld({ definitions, access }: Hiding, resource: JsonObject): void {
  const held = Object.values(resource).some((value) => value !== undefined && holdsHidden(definitions, access, value));
  if (!held) return;
  const text = 'Elements of resources that stand within this one are hidden from you, so you cannot write it.';
  throw fault('access.hiddenInside', 403, 'forbidden', text);
}

function holdsHidden(definitions: Definitions, access: Access, value: JsonValue): boolean {
  if (Array.isArray(value)) return value.some((item) => holdsHidden(definitions, access, item));
  if (!isObject(value)) return false;
  if (typeof value.resourceType === 'string' && access.hidden(value.resourceType).length > 0) return true;
  return Object.values(value).some((inner) => inner !== undefined && holdsHidden(definitions, access, inner));
}

/** Names of elements, from an object of the resource down to what is hidden. */
type Steps = readonly string[];

function restore(
  definitions: Definitions,
  type: TypeDef,
  before: JsonObject,
  after: JsonObject,
  hidden: readonly Steps[],
): JsonObject {
  const whole: JsonObject = { ...after };
  for (const key of Object.keys(before)) {
    const stored = before[key];
    const property = type.properties.get(key.startsWith('_') ? key.slice(1) : key);
    const below = hidden.filter(([step]) => step === property?.element.name).map(([, ...deeper]) => deeper);
    if (property === undefined || stored === undefined || below.length === 0) continue;
    if (below.some((steps) => steps.length === 0)) {
      whole[key] = stored;
      const digits = before[EXACT]?.[key];
      if (digits !== undefined) whole[EXACT] = { ...whole[EXACT], [key]: digits };
      continue;
    }
    const restored = restoreInside(
      { definitions, type: definitions.type(property.type.code), below },
      stored,
      after[key],
    );
    if (restored !== undefined) whole[key] = restored;
  }
  return whole;
}

interface Inside {
  readonly definitions: Definitions;
  readonly type: TypeDef | undefined;
  readonly below: readonly Steps[];
}

function restoreInside(inside: Inside, stored: JsonValue, sent: JsonValue | undefined): JsonValue | undefined {
  const { definitions, type, below } = inside;
  if (Array.isArray(stored)) return restoreItems(inside, stored, Array.isArray(sent) ? sent : []);
  if (type === undefined || !isObject(stored)) return sent;
  if (isObject(sent)) return restore(definitions, type, stored, sent, below);
  // The writer saw it and took it out, or all of it is hidden.
  return seenOf(inside, stored) === undefined ? stored : sent;
}

/** Items are known again by what the writer sees of them; those of which they see nothing stay behind their predecessors. */
function restoreItems(inside: Inside, stored: JsonArray, sent: JsonArray): JsonArray | undefined {
  const left = new Map(stored.map((item) => [item, seenOf(inside, item)]));
  const unknown: JsonValue[] = [];
  const items = sent.map((item) => {
    const match = [...left].find(([, seen]) => seen !== undefined && sameValue(seen, item));
    if (match === undefined) unknown.push(item);
    else left.delete(match[0]);
    return match?.[0] ?? item;
  });
  for (const [place, item] of stored.entries()) {
    if (!left.has(item)) continue;
    if (left.get(item) !== undefined) {
      if (unknown.length > 0) throw changesItem();
      continue;
    }
    const before = stored.slice(0, place).findLast((other) => items.includes(other));
    items.splice(before === undefined ? 0 : items.indexOf(before) + 1, 0, item);
  }
  return items.length === 0 ? undefined : items;
}

/** What the writer sees of a value; undefined when nothing is left of it. */
function seenOf({ definitions, type, below }: Inside, value: JsonValue): JsonValue | undefined {
  if (type === undefined || !isObject(value)) return value;
  let seen: JsonObject | undefined = value;
  for (const steps of below) seen = seen === undefined ? undefined : withoutPath(definitions, seen, type, steps);
  return seen;
}

function writesHidden(): Fault {
  const text = 'This writes to elements that are hidden from you; leave them out, they stay as they are.';
  return fault('access.hiddenElement', 403, 'forbidden', text);
}

function changesItem(): Fault {
  const text =
    'Some elements of these items are hidden from you, so that you can add items and remove them, but not change one.';
  return fault('access.hiddenElement', 403, 'forbidden', text);
}
