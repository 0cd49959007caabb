import { fault } from '../../server/kernel/fault.ts';
import type { ConceptFilter } from '../code-system.ts';
import { eclSelection } from '../ecl/ecl-selection.ts';
import {
  all,
  below,
  childOf,
  memberOf,
  not,
  parentOf,
  selfOrAbove,
  selfOrBelow,
  type Condition,
  type Scope,
  type Selection,
} from './condition.ts';
import { patternOf } from './pattern.ts';
import { propertySelection } from './property-selection.ts';
import type { ReleaseContent } from './release.ts';

const ECL_PROPERTIES = ['constraint', 'ecl', 'expression'];

/**
 * Concepts that a filter of a value set selects. https://hl7.org/fhir/R4/valueset-filter-operator.html
 * SNOMED CT has also `constraint`, `ecl` and `expression` `=` an expression of ECL, and `concept` `in` a reference set
 * (https://hl7.org/fhir/R4/snomedct.html).
 * @throws Fault `terminology.filter` (422), `terminology.ecl` (400)
 */
function filterSelection(release: ReleaseContent, filter: ConceptFilter): Selection {
  const { property, op, value } = filter;
  if (release.hasRefsets && ECL_PROPERTIES.includes(property) && op === '=') return eclSelection(value);
  switch (property) {
    case 'concept':
    case 'code':
      return codeSelection(release, filter);
    case 'parent':
      if (op === 'exists') return plain(flag(filter, (alias) => `${alias}.parents <> '{}'`));
      return byConcepts(filter, ['=', 'in'], (_, id) => childOf(id));
    case 'child':
      if (op === 'exists') return plain(flag(filter, (alias) => `${alias}.descendants > 0`));
      return byConcepts(filter, ['=', 'in'], parentOf);
    case 'ancestor':
      return byConcepts(filter, ['=', 'in'], (_, id) => below(id));
    case 'descendant':
      return byConcepts(filter, ['=', 'in'], (scope, id) => all([selfOrAbove(scope, id), (c) => `${c}.id <> ${id}`]));
    case 'display':
      return textSelection(filter, (alias) => `${alias}.display`);
    case 'inactive':
      return plain(flag(only(filter, '='), (alias) => `not ${alias}.is_active`));
    case 'notSelectable':
      return plain(flag(only(filter, '='), (alias) => `${alias}.is_abstract`));
    default:
      return propertySelection(release, filter);
  }
}

export function filtersSelection(release: ReleaseContent, filters: readonly ConceptFilter[]): Selection {
  const selections = filters.map((filter) => filterSelection(release, filter));
  return {
    codes: selections.flatMap(({ codes }) => codes),
    condition: (scope) => all(selections.map((selection) => selection.condition(scope))),
  };
}

function codeSelection(release: ReleaseContent, filter: ConceptFilter): Selection {
  const { op, value } = filter;
  const one = (condition: (scope: Scope, id: number) => Condition): Selection => ({
    codes: [value],
    condition: (scope) => condition(scope, scope.idOf(value)),
  });
  switch (op) {
    case 'is-a':
      return one((_, id) => selfOrBelow(id));
    case 'descendent-of':
      return one((_, id) => below(id));
    case 'is-not-a':
      return one((_, id) => not(selfOrBelow(id)));
    case 'generalizes':
      return one(selfOrAbove);
    case 'child-of':
      return one((_, id) => childOf(id));
    case 'descendent-leaf':
      return one((_, id) => all([below(id), (alias) => `${alias}.descendants = 0`]));
    case '=':
      return one((_, id) => (alias) => `${alias}.id = ${id}`);
    case 'in':
      return release.hasRefsets && !value.includes(',') ? one(memberOf) : byConcepts(filter, ['in'], isConcept);
    case 'not-in': {
      const members = release.hasRefsets && !value.includes(',') ? one(memberOf) : byConcepts(filter, [op], isConcept);
      return { codes: members.codes, condition: (scope) => not(members.condition(scope)) };
    }
    case 'regex':
      return textSelection(filter, (alias) => `${alias}.code`);
    default:
      throw unsupportedOperator(filter, [
        ...['is-a', 'descendent-of', 'is-not-a', 'generalizes', 'child-of', 'descendent-leaf'],
        ...['=', 'in', 'not-in', 'regex'],
      ]);
  }
}

function isConcept(_: Scope, id: number): Condition {
  return (alias) => `${alias}.id = ${id}`;
}

/** Any of the concepts that the value lists. */
function byConcepts(
  filter: ConceptFilter,
  operators: readonly string[],
  condition: (scope: Scope, id: number) => Condition,
): Selection {
  if (!operators.includes(filter.op)) throw unsupportedOperator(filter, [...operators, 'exists']);
  const codes = filter.op === '=' ? [filter.value] : filter.value.split(',').map((code) => code.trim());
  return {
    codes,
    condition: (scope) => {
      const parts = codes.map((code) => condition(scope, scope.idOf(code)));
      return (alias) => parts.map((part) => `(${part(alias)})`).join(' or ');
    },
  };
}

function textSelection(filter: ConceptFilter, column: Condition): Selection {
  const { op, value } = filter;
  const values = op === '=' ? [value] : value.split(',').map((part) => part.trim());
  switch (op) {
    case '=':
    case 'in':
      return bound((scope) => (alias) => `${column(alias)} = any(${scope.bind(values, 'text[]')})`);
    case 'not-in':
      return bound((scope) => (alias) => `${column(alias)} <> all(${scope.bind(values, 'text[]')})`);
    case 'regex':
      return bound((scope) => (alias) => `${column(alias)} ~ ${scope.bind(patternOf(value), 'text')}`);
    case 'exists':
      return plain(flag(filter, (alias) => `${column(alias)} is not null`));
    default:
      throw unsupportedOperator(filter, ['=', 'in', 'not-in', 'regex', 'exists']);
  }
}

function plain(condition: Condition): Selection {
  return bound(() => condition);
}

function bound(condition: (scope: Scope) => Condition): Selection {
  return { codes: [], condition };
}

/** For values that are `true` or `false`. */
function flag(filter: ConceptFilter, condition: Condition): Condition {
  if (filter.value === 'true') return condition;
  if (filter.value === 'false') return not(condition);
  throw fault(
    'terminology.filter',
    422,
    'not-supported',
    `The filter "${filter.property}" "${filter.op}" takes the value true or false, not "${filter.value}".`,
  );
}

function only(filter: ConceptFilter, op: string): ConceptFilter {
  if (filter.op !== op) throw unsupportedOperator(filter, [op]);
  return filter;
}

function unsupportedOperator({ property, op }: ConceptFilter, supported: readonly string[]): Error {
  return fault(
    'terminology.filter',
    422,
    'not-supported',
    `The property "${property}" has no filter "${op}"; it has ${supported.join(', ')}.`,
  );
}
