import type { Definitions } from '../../definitions/definitions.ts';
import { isObject, type JsonObject } from '../../kernel/json.ts';
import type { Item } from './item.ts';

/** Where an element stands in its resource: `Patient.name[0].given[1]`; undefined for computed values. */
export function pathOf(item: Item, definitions: Definitions): string | undefined {
  const steps: string[] = [];
  let current = item;
  for (; current.owner !== undefined; current = current.owner) {
    const step = stepOf(current, current.owner, definitions);
    if (step === undefined) return undefined;
    steps.unshift(step);
  }
  return isObject(current.value) && !current.type.startsWith('System.')
    ? [current.type, ...steps].join('.')
    : undefined;
}

function stepOf({ parent, key }: Item, owner: Item, definitions: Definitions): string | undefined {
  if (!Array.isArray(parent)) return elementName(owner, String(key), definitions);
  const property = [owner.value, owner.companion]
    .filter(isObject)
    .flatMap((object: JsonObject) => Object.keys(object).filter((name) => object[name] === parent))[0];
  return property === undefined ? undefined : `${elementName(owner, property.replace(/^_/, ''), definitions)}[${key}]`;
}

/** A choice is named without its type. */
function elementName({ type }: Item, property: string, definitions: Definitions): string {
  return definitions.type(type)?.properties.get(property)?.element.name ?? property;
}
