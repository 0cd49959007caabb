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
} from '../store/condition.ts';
import { conceptFilterCondition } from './compile-concept-filters.ts';
import { descriptionCondition } from './compile-description-filters.ts';
import { memberFilterCondition } from './compile-member-filters.ts';
import { kindsOf } from './attribute-kinds.ts';
import { isHierarchy, refinementCondition } from './compile-refinement.ts';
import type { Expression, HierarchyOperator } from './ecl-tree.ts';

/** An expression as a condition over concepts. */
export function compileEcl(scope: Scope, node: Expression): Condition {
  const condition = conditionOf(scope, node);
  return (alias) => {
    scope.countPart();
    return condition(alias);
  };
}

function conditionOf(scope: Scope, node: Expression): Condition {
  switch (node.kind) {
    case 'any':
      return () => 'true';
    case 'concept': {
      const id = scope.idOf(node.code);
      return (alias) => `${alias}.id = ${id}`;
    }
    case 'hierarchy':
      return node.of.kind === 'concept'
        ? ofConcept(scope, node.operator, scope.idOf(node.of.code))
        : ofSet(scope, node.operator, compileEcl(scope, node.of));
    case 'members':
      return members(scope, node);
    case 'and':
      return all(node.parts.map((part) => compileEcl(scope, part)));
    case 'or':
      return any(node.parts.map((part) => compileEcl(scope, part)));
    case 'minus':
      return all([compileEcl(scope, node.of), not(compileEcl(scope, node.without))]);
    case 'refined':
      return all([compileEcl(scope, node.of), refinementCondition(scope, node.by, compileEcl)]);
    case 'dotted': {
      if (isHierarchy(node.attribute)) return ofSet(scope, 'parents', compileEcl(scope, node.of));
      const { tables } = scope;
      const p = scope.alias();
      const source = idsOf(scope, compileEcl(scope, node.of));
      const kinds = kindsOf(scope, node.attribute, compileEcl);
      return (alias) =>
        `${alias}.id in (select ${p}.target from ${tables.property} ${p} where ${p}.kind = any(${kinds}) and ${p}.concept in (${source}))`;
    }
    case 'filtered':
      return all([
        compileEcl(scope, node.of),
        node.filter.kind === 'concept'
          ? all(node.filter.filters.map((filter) => conceptFilterCondition(scope, filter, compileEcl)))
          : descriptionCondition(scope, node.filter.filters),
      ]);
    case 'history': {
      const m = scope.alias();
      const of = compileEcl(scope, node.of);
      const associations = idsOf(scope, compileEcl(scope, node.associations));
      return any([
        of,
        (alias) =>
          `${alias}.id in (select ${m}.concept from ${scope.tables.member} ${m} where ${m}.refset in (${associations}) ` +
          `and ${m}.target in (${idsOf(scope, of)})) and not ${alias}.is_active`,
      ]);
    }
  }
}

function any(conditions: readonly Condition[]): Condition {
  return (alias) => conditions.map((condition) => `(${condition(alias)})`).join(' or ');
}

/** A subquery of the numbers of the concepts that fulfil a condition. */
function idsOf(scope: Scope, condition: Condition): string {
  const c = scope.alias();
  return `select ${c}.id from ${scope.tables.concept} ${c} where ${condition(c)}`;
}

function ofConcept(scope: Scope, operator: HierarchyOperator, id: number): Condition {
  const self: Condition = (alias) => `${alias}.id = ${id}`;
  switch (operator) {
    case 'descendants':
      return below(id);
    case 'descendantsOrSelf':
      return selfOrBelow(id);
    case 'children':
      return childOf(id);
    case 'childrenOrSelf':
      return any([childOf(id), self]);
    case 'ancestors':
      return all([selfOrAbove(scope, id), not(self)]);
    case 'ancestorsOrSelf':
      return selfOrAbove(scope, id);
    case 'parents':
      return parentOf(scope, id);
    case 'parentsOrSelf':
      return any([parentOf(scope, id), self]);
    case 'top':
    case 'bottom':
      return self;
  }
}

function ofSet(scope: Scope, operator: HierarchyOperator, set: Condition): Condition {
  const { concept } = scope.tables;
  const s = scope.alias();
  const ids = (): string => `array(${idsOf(scope, set)})`;
  const above = (alias: string): string =>
    `exists (select from ${concept} ${s} where ${s}.id = any(${alias}.lineage) and ${s}.id <> ${alias}.id and (${set(s)}))`;
  /** Concepts of which one of the columns of a member of the set names the number. */
  const named = (column: string): Condition => {
    const [n, x] = [scope.alias(), scope.alias()];
    return (alias) =>
      `${alias}.id in (select ${x} from ${concept} ${n}, unnest(${n}.${column}) ${x} where (${set(n)}) and ${x} <> ${n}.id)`;
  };
  const parents: Condition = named('parents');
  const ancestors: Condition = named('lineage');
  const children: Condition = (alias) => `${alias}.parents && ${ids()}`;
  const descendants: Condition = (alias) => `${alias}.lineage && ${ids()} and ${above(alias)}`;
  switch (operator) {
    case 'descendants':
      return descendants;
    case 'descendantsOrSelf':
      return (alias) => `${alias}.lineage && ${ids()}`;
    case 'children':
      return children;
    case 'childrenOrSelf':
      return any([children, set]);
    case 'ancestors':
      return ancestors;
    case 'ancestorsOrSelf':
      return any([ancestors, set]);
    case 'parents':
      return parents;
    case 'parentsOrSelf':
      return any([parents, set]);
    case 'top':
      return (alias) => `(${set(alias)}) and not ${above(alias)}`;
    case 'bottom':
      return all([set, not(ancestors)]);
  }
}

function members(scope: Scope, node: Extract<Expression, { kind: 'members' }>): Condition {
  if (node.of.kind === 'concept' && node.filters.length === 0 && node.field === 'referencedComponentId') {
    return memberOf(scope, scope.idOf(node.of.code));
  }
  const m = scope.alias();
  const column = node.field === 'referencedComponentId' ? 'concept' : 'target';
  const refsets = idsOf(scope, compileEcl(scope, node.of));
  const filters = node.filters.map((filter) => memberFilterCondition(scope, filter, compileEcl));
  return (alias) =>
    `${alias}.id in (select ${m}.${column} from ${scope.tables.member} ${m} where ${m}.refset in (${refsets}) and ${all(filters)(m)})`;
}
