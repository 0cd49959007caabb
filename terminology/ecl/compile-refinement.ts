import { all, type Condition, type Scope } from '../store/condition.ts';
import { kindsOf, type Compile } from './attribute-kinds.ts';
import { rowValueCondition } from './compile-value.ts';
import { eclFault } from './ecl-text.ts';
import type { Attribute, Cardinality, Expression, Refinement } from './ecl-tree.ts';

const IS_A = '116680003';
/** PostgreSQL plans joins: twenty attributes in ten groups take it half a second, forty in twenty ten seconds. */
const WEIGHT = 30;
const WEIGHT_IN_GROUP = 100;

/** Which attributes concepts must have. */
export function refinementCondition(scope: Scope, node: Refinement, compile: Compile): Condition {
  switch (node.kind) {
    case 'and':
      return all(node.parts.map((part) => refinementCondition(scope, part, compile)));
    case 'or': {
      const parts = node.parts.map((part) => refinementCondition(scope, part, compile));
      return (alias) => parts.map((part) => `(${part(alias)})`).join(' or ');
    }
    case 'group':
      return groupCondition(scope, node.of, node.cardinality, compile);
    case 'attribute':
      scope.countPart(WEIGHT);
      if (isHierarchy(node.name)) return hierarchyCondition(scope, node, compile);
      return node.isReverse ? reverseCondition(scope, node, compile) : attributeCondition(scope, node, compile);
  }
}

/** "Is a" is a relationship like others, but kept as the hierarchy. */
export function isHierarchy(name: Expression): boolean {
  return name.kind === 'concept' && name.code === IS_A;
}

function hierarchyCondition(scope: Scope, node: Attribute, compile: Compile): Condition {
  const { value, comparison, isReverse, cardinality } = node;
  if (value.kind !== 'concepts' || !isAtLeastOne(cardinality)) {
    throw eclFault(`The attribute ${IS_A} |Is a| is compared with concepts and has no cardinality here.`);
  }
  const of: Expression = comparison === '=' ? value.of : { kind: 'minus', of: { kind: 'any' }, without: value.of };
  return compile(scope, { kind: 'hierarchy', operator: isReverse ? 'parents' : 'children', of });
}

function attributeCondition(scope: Scope, node: Attribute, compile: Compile): Condition {
  const p = scope.alias();
  const rows = rowsOf(scope, node, p, compile);
  if (isAtLeastOne(node.cardinality)) return (alias) => `${alias}.id in (select ${p}.concept from ${rows})`;
  return (alias) => counted(`select count(*) from ${rows} and ${p}.concept = ${alias}.id`, node.cardinality);
}

/** Concepts to which the value's concepts are related. */
function reverseCondition(scope: Scope, node: Attribute, compile: Compile): Condition {
  const { tables } = scope;
  const [p, c] = [scope.alias(), scope.alias()];
  const kinds = kindsOf(scope, node.name, compile);
  const sources = node.value.kind === 'concepts' ? compile(scope, node.value.of) : (): string => 'false';
  const isEqual = node.comparison === '=' ? 'in' : 'not in';
  const rows =
    `${tables.property} ${p} where ${p}.kind = any(${kinds}) and ${p}.target is not null and ` +
    `${p}.concept ${isEqual} (select ${c}.id from ${tables.concept} ${c} where ${sources(c)})`;
  if (isAtLeastOne(node.cardinality)) return (alias) => `${alias}.id in (select ${p}.target from ${rows})`;
  return (alias) => counted(`select count(*) from ${rows} and ${p}.target = ${alias}.id`, node.cardinality);
}

/** Attributes that stand together in one group of relationships. */
function groupCondition(
  scope: Scope,
  node: Refinement,
  cardinality: Cardinality | undefined,
  compile: Compile,
): Condition {
  const g = scope.alias();
  const inGroup = groupTest(scope, node, g, compile);
  const rows = `${scope.tables.property} ${g} where ${g}.rel_group > 0 and ${inGroup}`;
  if (isAtLeastOne(cardinality)) return (alias) => `${alias}.id in (select ${g}.concept from ${rows})`;
  return (alias) =>
    counted(`select count(distinct ${g}.rel_group) from ${rows} and ${g}.concept = ${alias}.id`, cardinality);
}

function groupTest(scope: Scope, node: Refinement, group: string, compile: Compile): string {
  switch (node.kind) {
    case 'and':
    case 'or':
      return `(${node.parts.map((part) => groupTest(scope, part, group, compile)).join(` ${node.kind} `)})`;
    case 'group':
      return groupTest(scope, node.of, group, compile);
    case 'attribute': {
      scope.countPart(WEIGHT_IN_GROUP);
      const p = scope.alias();
      const same = `${p}.concept = ${group}.concept and ${p}.rel_group = ${group}.rel_group`;
      const rows = `${rowsOf(scope, node, p, compile)} and ${same}`;
      return isAtLeastOne(node.cardinality)
        ? `exists (select from ${rows})`
        : counted(`select count(*) from ${rows}`, node.cardinality);
    }
  }
}

/** `from` and `where` of the rows of the attribute that have the value. */
function rowsOf(scope: Scope, node: Attribute, p: string, compile: Compile): string {
  const kinds = kindsOf(scope, node.name, compile);
  return `${scope.tables.property} ${p} where ${p}.kind = any(${kinds}) and ${rowValueCondition(scope, node, p, compile)}`;
}

function isAtLeastOne(cardinality: Cardinality | undefined): boolean {
  return cardinality === undefined || (cardinality.min === 1 && cardinality.max === undefined);
}

function counted(count: string, cardinality: Cardinality | undefined): string {
  const { min, max } = cardinality ?? { min: 1, max: undefined };
  return max === undefined ? `(${count}) >= ${min}` : `(${count}) between ${min} and ${max}`;
}
