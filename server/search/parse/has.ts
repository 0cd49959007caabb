import type { Filter } from '../tree.ts';
import { assertFollowable } from './companion-slots.ts';
import { assertReady, badParameter, codesOf, unknownParameter } from './search-faults.ts';
import type { Scope } from './search-input.ts';

const SHAPE = 'Write _has:Type:reference:parameter, for example _has:Observation:patient:code=http://loinc.org|8480-6.';

/**
 * `_has:Observation:patient:rest`. Undefined when the reference cannot point to `type`.
 * https://hl7.org/fhir/R4/search.html#has
 * @param rest reads what stands behind the reference for the type that refers; undefined when it lacks the parameter
 */
export function hasFilter(
  scope: Scope,
  type: string,
  name: string,
  label: string,
  rest: (source: string, name: string) => Filter | undefined,
): Filter | undefined {
  const [, source = '', code = ''] = name.split(':', 3);
  const inner = name.slice(`_has:${source}:${code}:`.length);
  if (!scope.definitions.isResourceType(source) || inner === '') throw badParameter(label, SHAPE, 'value');
  const param = scope.registry.param(source, code);
  if (param?.type !== 'reference')
    throw unknownParameter(label, code, source, codesOf(scope.registry, source, 'reference'));
  if (!param.targets.includes(type)) return undefined;
  assertReady(param);
  assertFollowable(scope.registry, param, label);
  const filter = rest(source, inner);
  if (filter === undefined) {
    const first = inner.split(/[.:]/, 1)[0] ?? '';
    throw unknownParameter(label, inner.includes('.') ? inner : first, source, codesOf(scope.registry, source));
  }
  return { kind: 'has', param, filter };
}
