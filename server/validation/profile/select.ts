import { isObject, type JsonObject } from '../../kernel/json.ts';
import { readReference } from '../references/reference-text.ts';
import { resolveIn } from '../references/resolve.ts';
import type { Walk } from '../walk.ts';
import type { PathStep } from './discriminator-path.ts';
import { contentOf, isOfType, itemsOf, propertiesOf, type Item } from './item.ts';

/** The values that a discriminator leads to from an item. */
export function select(item: Item, steps: readonly PathStep[], walk: Walk): readonly Item[] {
  let items: readonly Item[] = [item];
  for (const step of steps) {
    const [only] = items;
    if (only === undefined) return items;
    items = items.length === 1 ? next(only, step, walk) : items.flatMap((current) => next(current, step, walk));
  }
  return items;
}

function next(item: Item, step: PathStep, walk: Walk): readonly Item[] {
  const { definitions } = walk.env;
  switch (step.kind) {
    case 'child':
      return childrenOf(item, step.name, walk);
    case 'extension':
      return childrenOf(item, 'extension', walk).filter(({ value }) => isObject(value) && value.url === step.url);
    case 'ofType':
      return isOfType(item.type, step.type, definitions) ? [item] : [];
    case 'resolve':
      return targetsOf(item, walk);
  }
}

function childrenOf(item: Item, name: string, walk: Walk): readonly Item[] {
  const properties = propertiesOf(walk.env.definitions.type(item.type), name);
  return properties === undefined ? [] : itemsOf(contentOf(item), properties);
}

/** The resource that a reference leads to; when it is elsewhere, what is known of it: its type. */
function targetsOf({ value }: Item, walk: Walk): readonly Item[] {
  const reference = isObject(value) ? value.reference : value;
  if (typeof reference === 'string') {
    const resource = resolveIn(walk, reference);
    if (resource !== undefined) return [itemOfResource(resource)];
  }
  const type = typeOfTarget(value, reference);
  return type === undefined
    ? []
    : [{ value: undefined, companion: undefined, owner: {}, key: '', index: undefined, type }];
}

/** What a reference says of its target's type. */
export function typeOfTarget(value: Item['value'], reference: Item['value']): string | undefined {
  const declared = isObject(value) ? value.type : undefined;
  if (typeof declared === 'string') return declared;
  return typeof reference === 'string' ? readReference(reference)?.type : undefined;
}

export function itemOfResource(resource: JsonObject): Item {
  const type = typeof resource.resourceType === 'string' ? resource.resourceType : 'Resource';
  return { value: resource, companion: undefined, owner: [resource], key: '0', index: undefined, type };
}
