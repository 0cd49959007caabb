import type { SearchParam } from '../registry-types.ts';
import type { Include } from '../tree.ts';
import { assertFollowable, hasCompanion } from './companion-slots.ts';
import { assertReady, badModifier, badParameter, badValue, codesOf, unknownParameter } from './search-faults.ts';
import type { Scope } from './search-input.ts';

/**
 * `_include=Observation:subject:Patient`, `_revinclude:iterate=Provenance:target`, `_include=*`, `_include=Observation:*`.
 * One element per type that holds references. https://hl7.org/fhir/R4/search.html#include
 * @param types that are searched: without `:iterate` only their references are followed
 */
export function includesOf(
  scope: Scope,
  types: readonly string[],
  label: string,
  direction: Include['direction'],
  modifier: string,
  value: string,
): readonly Include[] {
  if (modifier !== '' && modifier !== 'iterate') throw badModifier(label, modifier, ['iterate']);
  const iterate = modifier === 'iterate';
  const [source = '', code = value === '*' ? '*' : '', target, ...rest] = value.split(':');
  const isReverse = direction === 'revinclude';
  if (code === '' || rest.length > 0) throw badValue(label, value, shape(types[0] ?? 'Patient', isReverse));
  if (target !== undefined && !scope.definitions.isResourceType(target)) {
    throw badValue(label, value, `${target.slice(0, 64)} is not a resource type of FHIR R4.`);
  }
  const sources = value === '*' ? (isReverse || iterate ? scope.definitions.resourceTypes : types) : [source];
  if (!isReverse && !iterate && !sources.every((type) => types.includes(type))) {
    throw badValue(
      label,
      value,
      `Only references of ${types.join(', ')} are followed; with ${label}:iterate also others.`,
    );
  }
  // What a revinclude finds refers to what the search finds; :iterate follows whatever comes in.
  const pointed = target === undefined ? (isReverse && !iterate ? types : undefined) : [target];
  return sources.flatMap((type): Include[] => {
    const params = code === '*' ? references(scope, type, pointed) : [reference(scope, type, label, code, pointed)];
    return params.length === 0 ? [] : [{ direction, iterate, source: type, params, target }];
  });
}

function references(scope: Scope, type: string, pointed: readonly string[] | undefined): readonly SearchParam[] {
  const isFollowed = (param: SearchParam): boolean =>
    param.type === 'reference' && pointsTo(param, pointed) && hasCompanion(scope.registry, param, 'identifier');
  const params = scope.registry.params(type).filter(isFollowed);
  params.forEach(assertReady);
  return params;
}

function reference(
  scope: Scope,
  type: string,
  label: string,
  code: string,
  pointed: readonly string[] | undefined,
): SearchParam {
  if (!scope.definitions.isResourceType(type)) {
    throw badParameter(label, `${type.slice(0, 64)} is not a resource type of FHIR R4.`, 'value');
  }
  const param = scope.registry.param(type, code);
  if (param?.type !== 'reference')
    throw unknownParameter(label, code, type, codesOf(scope.registry, type, 'reference'));
  if (!pointsTo(param, pointed)) {
    throw badParameter(label, `${code} of ${type} points to ${param.targets.join(', ')} only.`, 'value');
  }
  assertReady(param);
  assertFollowable(scope.registry, param, label);
  return param;
}

function pointsTo(param: SearchParam, pointed: readonly string[] | undefined): boolean {
  return pointed === undefined || pointed.some((type) => param.targets.includes(type));
}

function shape(type: string, isReverse: boolean): string {
  const examples = isReverse ? 'Provenance:target or Observation:*' : `${type}:*`;
  return `Give Type:reference, Type:reference:TargetType, Type:* or *, for example ${examples}.`;
}
