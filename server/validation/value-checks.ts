import type { Definitions, PropertyDef, TypeDef } from '../definitions/definitions.ts';
import { checkConstraints, unproven } from './constraints.ts';
import type { ValueCheck } from './object-rule.ts';
import { referenceChecks } from './references/reference-checks.ts';
import { bindingChecks } from './rules/binding.ts';
import { checkBase64Form, checkMarkup, checkMarkupInMarkdown } from './rules/markup.ts';
import { checkNarrative } from './rules/narrative.ts';
import { checkCanonical, checkUrn } from './rules/urn.ts';

const BY_TYPE: ReadonlyMap<string, ValueCheck> = new Map([
  ['base64Binary', checkBase64Form],
  ['canonical', checkCanonical],
  ['markdown', checkMarkupInMarkdown],
  ['string', checkMarkup],
  ['uri', checkUrn],
  ['url', checkUrn],
  ['xhtml', checkNarrative],
]);

/** What an element asks of each of its values beyond their type. */
export function valueChecks(owner: TypeDef, property: PropertyDef, definitions: Definitions): readonly ValueCheck[] {
  const { element, type } = property;
  const isReference = owner.name === 'Reference' && element.name === 'reference';
  const ofType = isReference ? undefined : BY_TYPE.get(type.code);
  const inherited = new Set(definitions.type(type.code)?.constraints.map(({ key }) => key));
  const constraints = unproven(element.constraints).filter(({ key }) => !inherited.has(key));
  return [
    ...(ofType === undefined ? [] : [ofType]),
    ...bindingChecks(owner, property, definitions),
    ...referenceChecks(property, definitions),
    ...(constraints.length === 0 ? [] : [checkConstraints(constraints, type.code, definitions)]),
  ];
}
