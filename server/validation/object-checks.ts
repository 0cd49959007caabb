import type { Definitions, TypeDef } from '../definitions/definitions.ts';
import { checkConstraints, unproven } from './constraints.ts';
import type { ObjectCheck } from './object-rule.ts';
import { checkAttachment } from './rules/attachment.ts';
import { checkExtensionUse } from './rules/extension-use.ts';
import { checkIdentifier } from './rules/identifier.ts';

const BY_TYPE: ReadonlyMap<string, ObjectCheck> = new Map([
  ['Attachment', checkAttachment],
  ['Extension', checkExtensionUse],
  ['Identifier', checkIdentifier],
]);

/** What holds for every object of a type beyond its structure. */
export function objectChecks(type: TypeDef, definitions: Definitions): readonly ObjectCheck[] {
  const own = BY_TYPE.get(type.name);
  const constraints = unproven(type.constraints);
  const checks = own === undefined ? [] : [own];
  if (constraints.length > 0) {
    const check = checkConstraints(constraints, type.name, definitions);
    checks.push((object, walk) => check(object, undefined, undefined, walk));
  }
  return checks;
}
