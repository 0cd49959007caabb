import type { Filter } from '../tree.ts';
import { chainFilter } from './chain.ts';
import { commonFilter, isCommon } from './common-filter.ts';
import { filterExpression } from './filter-expression.ts';
import { hasFilter } from './has.ts';
import { paramFilter } from './param-filter.ts';
import { badModifier, badParameter } from './search-faults.ts';
import type { Scope } from './search-input.ts';

/** Links of chains and of `_has` in one parameter. */
const MAX_DEPTH = 10;

/**
 * What `name=value` asks of a resource of `type`; undefined when the type lacks the parameter.
 * @param label the whole name as sent; `name` is the part of it that concerns `type`
 * @throws Fault 400 when the parameter exists but modifier, value or chain are wrong
 */
export function criterion(
  scope: Scope,
  type: string,
  name: string,
  label: string,
  value: string,
  depth = 0,
): Filter | undefined {
  if (depth > MAX_DEPTH) throw badParameter(label, `It has more than ${MAX_DEPTH} links.`, 'too-costly');
  if (name.startsWith('_has:')) {
    return hasFilter(scope, type, name, label, (source, rest) =>
      criterion(scope, source, rest, label, value, depth + 1),
    );
  }
  const dot = name.indexOf('.');
  if (dot !== -1) {
    const rest = name.slice(dot + 1);
    return chainFilter(scope, type, name.slice(0, dot), label, (target) =>
      criterion(scope, target, rest, label, value, depth + 1),
    );
  }
  const colon = name.indexOf(':');
  const code = colon === -1 ? name : name.slice(0, colon);
  const modifier = colon === -1 ? '' : name.slice(colon + 1);
  if (colon !== -1 && modifier === '') throw badModifier(label, modifier, []);
  if (isCommon(code)) return commonFilter(scope, code, modifier, label, value);
  if (code === '_filter' && modifier === '') return filterExpression(scope, type, label, value);
  const param = scope.registry.param(type, code);
  return param && paramFilter(scope, param, modifier, label, value);
}
