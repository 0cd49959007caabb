import type { Definitions } from '../definitions/definitions.ts';
import type { Issue } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';
import { checkResource } from './check-object.ts';
import { createRules } from './object-rule.ts';
import type { Walk } from './walk.ts';

/**
 * Structural validation against the definitions of R4: resource types, element names, cardinality, JSON types, formats
 * of primitives, choices, `_x` companions, extensions. Codes of value sets, invariants, profiles and whether references
 * lead anywhere are not looked at.
 *
 * The function gives at most 100 errors, each saying what would be accepted; an empty list means the resource is valid.
 * https://hl7.org/fhir/R4/validation.html
 */
export function compileValidator(definitions: Definitions): (resource: JsonObject) => readonly Issue[] {
  const resourceRule = createRules(definitions);
  return (resource) => {
    const type = typeof resource.resourceType === 'string' ? resource.resourceType : '';
    const root = definitions.isResourceType(type) ? type : 'Resource';
    const walk: Walk = { issues: [], path: [root], resourceRule };
    checkResource(resource, walk);
    return walk.issues;
  };
}
