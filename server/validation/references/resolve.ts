import type { JsonObject } from '../../kernel/json.ts';
import { bundleIndex } from '../bundle/bundle-index.ts';
import { rootResourceOf, type Walk } from '../walk.ts';
import { containedResource } from './contained-resource.ts';
import { parameterResource } from './parameter-resource.ts';

/**
 * What a literal reference in the resource that is being checked leads to: a contained resource, an entry of the
 * Bundle (from the inside out) or a resource of the Parameters around it. Undefined when it is none of them, or when
 * a Bundle has several that match.
 * https://hl7.org/fhir/R4/bundle.html#references
 */
export function resolveIn(walk: Walk, reference: string): JsonObject | undefined {
  if (reference.startsWith('#')) return containedResource(rootResourceOf(walk), reference);
  const { resources } = walk;
  for (let at = resources.length - 1; at > 0; at -= 1) {
    const place = resources[at];
    const outer = resources[at - 1]?.resource;
    if (place === undefined || outer === undefined || place.isContained) continue;
    if (outer.resourceType === 'Bundle' && place.owner !== undefined) {
      const matches = bundleIndex(outer, walk).find(reference, place.owner);
      if (matches.length > 0) return matches.length === 1 ? matches[0]?.resource : undefined;
    } else if (outer.resourceType === 'Parameters') {
      const match = parameterResource(outer, reference);
      if (match !== undefined) return match;
    }
  }
  return undefined;
}
