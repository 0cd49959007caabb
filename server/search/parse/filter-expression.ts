import type { SearchParam } from '../registry-types.ts';
import type { Filter, ValueTest } from '../tree.ts';
import { chainFilter } from './chain.ts';
import { commonFilter, isCommon } from './common-filter.ts';
import { charge } from './cost.ts';
import { prefixedDate } from './date.ts';
import { parseFilter, type Expression } from './filter-grammar.ts';
import { prefixedNumber } from './number.ts';
import { isTrue } from './param-filter.ts';
import { isPrefix } from './prefix.ts';
import { prefixedQuantity } from './quantity.ts';
import { referenceTest } from './reference.ts';
import { assertReady, badParameter, codesOf, unknownParameter } from './search-faults.ts';
import type { Scope } from './search-input.ts';
import { stringTest } from './string.ts';
import { hierarchyTests, valueSetTests } from './token-expansion.ts';
import { tokenTest } from './token.ts';
import { uriTest } from './uri.ts';

/** Operators by type of parameter; others cannot be answered exactly by one index row. */
const OPERATORS: Readonly<Record<SearchParam['type'], string>> = {
  string: 'eq, co, sw, pr',
  token: 'eq, ss, sb, in, pr',
  reference: 'eq, re, pr',
  uri: 'eq, pr',
  date: 'eq, ne, gt, lt, ge, le, sa, eb, ap, pr',
  number: 'eq, ne, gt, lt, ge, le, ap, pr',
  quantity: 'eq, ne, gt, lt, ge, le, ap, pr',
  special: 'pr',
  composite: '',
};

/** `_filter=given eq "Peter" and birthdate ge 2014-10-10`. https://hl7.org/fhir/R4/search_filter.html */
export function filterExpression(scope: Scope, type: string, label: string, text: string): Filter {
  return filterOf(scope, type, label, parseFilter(label, text));
}

function filterOf(scope: Scope, type: string, label: string, expression: Expression): Filter {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return { kind: expression.kind, filters: expression.parts.map((part) => filterOf(scope, type, label, part)) };
    case 'not':
      return { kind: 'not', filter: filterOf(scope, type, label, expression.part) };
    case 'compare': {
      const filter = comparison(scope, type, label, expression, 0);
      if (filter !== undefined) return filter;
      const path = expression.path.map((step) => step.name).join('.');
      throw unknownParameter(label, path, type, codesOf(scope.registry, type));
    }
  }
}

/** Undefined when the type lacks the parameter at `depth` of the path. */
function comparison(
  scope: Scope,
  type: string,
  label: string,
  expression: Extract<Expression, { kind: 'compare' }>,
  depth: number,
): Filter | undefined {
  const { path, operator, value } = expression;
  const { name, condition } = path[depth] ?? { name: '', condition: undefined };
  if (depth < path.length - 1) {
    return chainFilter(scope, type, name, label, (target) => {
      const rest = comparison(scope, target, label, expression, depth + 1);
      if (rest === undefined || condition === undefined) return rest;
      return { kind: 'and', filters: [filterOf(scope, target, label, condition), rest] };
    });
  }
  if (condition !== undefined)
    throw badParameter(label, `[…] must be followed by ".", as in subject[active eq true].name.`);
  charge(scope, label, 1);
  if (isCommon(name)) return commonComparison(scope, label, name, operator, value);
  const param = scope.registry.param(type, name);
  if (param === undefined) return undefined;
  assertReady(param);
  if (operator === 'pr' && param.type !== 'composite') {
    return { kind: 'missing', param, isMissing: !isTrue(label, value) };
  }
  return { kind: 'param', param, tests: testsOf(scope, param, label, operator, value), negated: false };
}

function commonComparison(
  scope: Scope,
  label: string,
  code: Parameters<typeof commonFilter>[1],
  operator: string,
  value: string,
): Filter {
  if (code === '_lastUpdated' && isPrefix(operator)) {
    return { kind: 'updated', tests: [prefixedDate(label, operator, value)] };
  }
  if (operator !== 'eq') throw badOperator(label, operator, code, code === '_lastUpdated' ? OPERATORS.date : 'eq');
  return commonFilter(scope, code, '', label, value.replace(/[\\,]/g, '\\$&'));
}

function testsOf(
  scope: Scope,
  param: SearchParam,
  label: string,
  operator: string,
  value: string,
): readonly ValueTest[] {
  switch (param.type) {
    case 'string':
      if (operator === 'eq') return [stringTest(label, 'exact', value)];
      if (operator === 'sw') return [stringTest(label, 'starts', value)];
      if (operator === 'co') return [stringTest(label, 'contains', value)];
      break;
    case 'token':
      if (operator === 'eq') return [tokenTest(label, value)];
      if (operator === 'in') return valueSetTests(scope, label, value);
      // `ss`: the value subsumes what is found, so that is below it.
      if (operator === 'ss') return hierarchyTests(scope, param, label, 'below', value);
      if (operator === 'sb') return hierarchyTests(scope, param, label, 'above', value);
      break;
    case 'reference':
      if (operator === 'eq' || operator === 're') return [referenceTest(scope, param.targets, label, value)];
      break;
    case 'uri':
      if (operator === 'eq') return [uriTest('', value)];
      break;
    case 'date':
      if (isPrefix(operator)) return [prefixedDate(label, operator, value)];
      break;
    case 'number':
      if (isPrefix(operator)) return [prefixedNumber(label, operator, value)];
      break;
    case 'quantity':
      if (isPrefix(operator)) return [prefixedQuantity(label, operator, value)];
      break;
    case 'special':
    case 'composite':
  }
  throw badOperator(label, operator, param.code, OPERATORS[param.type]);
}

function badOperator(label: string, operator: string, code: string, allowed: string): Error {
  return badParameter(
    label,
    `the operator ${operator.slice(0, 20)} is not supported for ${code}; it takes ${allowed === '' ? 'none' : allowed}. ` +
      'Instead of ne and ni write not (…); instead of po give both ends, as in date ge 2024-01-01 and date le 2024-01-31.',
  );
}
