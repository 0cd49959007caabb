import { isFhirId } from '../../kernel/id.ts';
import type { SearchParam, SearchRegistry } from '../registry-types.ts';
import type { ReferenceTest } from '../tree.ts';
import { charge } from './cost.ts';
import { badModifier, badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';
import { unescape } from './split-value.ts';

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/**
 * `Patient/1`, `1` (of any type that the parameter allows), an absolute URL, a canonical, a URN. Own absolute URLs count
 * as relative; the version is left out. https://hl7.org/fhir/R4/search.html#reference
 * @param types the types that are meant: those of the parameter, or the one of a `:[type]` modifier
 */
export function referenceTest(scope: Scope, types: readonly string[], label: string, value: string): ReferenceTest {
  const text = unescape(value);
  if (isFhirId(text)) {
    charge(scope, label, types.length);
    return { is: 'reference', targets: types.map((type) => `${type}/${text}`) };
  }
  const target = scope.readReference(text);
  const isKnown = target !== undefined && (target.type === undefined ? SCHEME.test(text) : types.includes(target.type));
  if (!isKnown) {
    const example = types[0] ?? 'Patient';
    const named = types.length > 12 ? 'a resource type of FHIR R4' : types.join(', ');
    throw badValue(label, value, `Give ${example}/123, 123 or an absolute URL; the type must be ${named}.`);
  }
  return { is: 'reference', targets: [target.text] };
}

/** `location:below=Location/1`: also what is part of it. */
export function hierarchyTest(
  scope: Scope,
  param: SearchParam,
  label: string,
  hierarchy: 'above' | 'below',
  value: string,
): ReferenceTest {
  const types = param.targets.filter((type) => hasHierarchy(scope.registry, type));
  if (types.length === 0) throw badModifier(label, hierarchy, ['missing', 'identifier', ...param.targets]);
  return { ...referenceTest(scope, types, label, value), hierarchy };
}

/** Location.partOf and the like: a resource is part of one of its own type. */
function hasHierarchy(registry: SearchRegistry, type: string): boolean {
  return ['partof', 'part-of'].some((code) => registry.param(type, code)?.targets.includes(type) === true);
}
