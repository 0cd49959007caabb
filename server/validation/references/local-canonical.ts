import type { ValueCheck } from '../object-rule.ts';
import { addIssue, rootResourceOf, shown } from '../walk.ts';
import { containedIds, containedResource } from './contained-resource.ts';

/** `#id` in a canonical is a contained resource of a type that the element may name. */
export function checkLocalCanonical(targets: readonly string[]): ValueCheck {
  return (value, _parent, _key, walk) => {
    if (typeof value !== 'string' || !value.startsWith('#')) return;
    const root = rootResourceOf(walk);
    const type = containedResource(root, value)?.resourceType;
    if (type === undefined) {
      addIssue(walk, 'not-found', `"${shown(value)}" is not contained in this resource. ${containedIds(root)}`);
    } else if (targets.length > 0 && !targets.includes(String(type))) {
      addIssue(walk, 'value', `"${shown(value)}" is a ${String(type)}. Expected is a ${targets.join(' or ')}.`);
    }
  };
}
