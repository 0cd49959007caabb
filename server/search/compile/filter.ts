import type { Filter } from '../tree.ts';
import { chainCondition } from './chain.ts';
import { compartmentCondition } from './compartment.ts';
import { allOf, anyOf, negation, NEVER, type Condition } from './condition.ts';
import { hasCondition } from './has.ts';
import { idCondition, listCondition, updatedCondition } from './identity.ts';
import { missingCondition } from './missing.ts';
import { paramCondition } from './param.ts';
import type { Scope } from './scope.ts';
import { contentCondition, narrativeCondition } from './words.ts';

/**
 * A filter's condition on resources of the types: one, unless no part of the filter depends on the type
 * (see {@link dependsOnType}).
 */
function filterCondition(scope: Scope, types: readonly string[], filter: Filter): Condition {
  const [type = ''] = types;
  switch (filter.kind) {
    case 'and':
      return allOf(filter.filters.map((part) => filterCondition(scope, types, part)));
    case 'or':
      return anyOf(filter.filters.map((part) => filterCondition(scope, types, part)));
    case 'not':
      return negation(filterCondition(scope, types, filter.filter));
    case 'param':
      return paramCondition(scope, filter, filterCondition);
    case 'missing':
      return missingCondition(filter);
    case 'chain':
      return chainCondition(scope, filter, filterCondition);
    case 'has':
      return hasCondition(scope, type, filter, filterCondition);
    case 'id':
      return idCondition(scope, types, filter.ids);
    case 'updated':
      return updatedCondition(scope, filter.tests);
    case 'list':
      return listCondition(scope, filter.ids);
    case 'narrative':
      return narrativeCondition(scope, filter.values);
    case 'content':
      return contentCondition(scope, filter.values);
    case 'compartment':
      return compartmentCondition(scope, type, filter);
    case 'no-context':
      // No text within a string has these quotes unescaped.
      return { kind: 'columns', access: 'none', where: (alias) => `strpos(${alias}.body, '"securityContext"') = 0` };
    case 'type': {
      const branch = filter.branches.find((candidate) => candidate.type === type);
      return branch === undefined ? NEVER : filterCondition(scope, types, branch.filter);
    }
  }
}

export function filtersCondition(scope: Scope, types: readonly string[], filters: readonly Filter[]): Condition {
  return allOf(filters.map((filter) => filterCondition(scope, types, filter)));
}

/** Whether the filter means something else for each type, so that each is searched for itself. */
export function dependsOnType(filter: Filter): boolean {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.some(dependsOnType);
    case 'not':
      return dependsOnType(filter.filter);
    case 'id':
    case 'updated':
    case 'list':
    case 'narrative':
    case 'content':
      return false;
    default:
      return true;
  }
}
