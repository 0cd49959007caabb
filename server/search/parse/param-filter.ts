import type { SearchParam } from '../registry-types.ts';
import { isPathOnly } from '../registry/slot-path.ts';
import type { Filter, ValueTest } from '../tree.ts';
import { hasCompanion } from './companion-slots.ts';
import { compositeTest } from './composite.ts';
import { assertModifier, modifiersOf } from './modifiers.ts';
import { hierarchyTest, referenceTest } from './reference.ts';
import { assertReady, badModifier, badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';
import { alternatives } from './split-value.ts';
import { stringTest, wordsOf } from './string.ts';
import { hierarchyTests, valueSetTests } from './token-expansion.ts';
import { ofTypeTest, tokenTest } from './token.ts';
import { uriTest } from './uri.ts';
import { plainTest } from './value-test.ts';

/**
 * `name:modifier=value,value` of a parameter that index rows answer.
 * @param label the parameter's whole name as sent
 */
export function paramFilter(scope: Scope, param: SearchParam, modifier: string, label: string, value: string): Filter {
  assertReady(param);
  assertModifier(param, modifier, label);
  if (modifier === 'missing') return { kind: 'missing', param, isMissing: isTrue(label, value) };
  const isCompanion = modifier === 'of-type' || modifier === 'identifier';
  const isUnreadable = modifier === 'text' && param.type === 'token' && !isPathOnly(param);
  if (isUnreadable || (isCompanion && !hasCompanion(scope.registry, param, modifier))) {
    throw badModifier(
      label,
      modifier,
      modifiersOf(param).filter((name) => name !== modifier),
    );
  }
  const values = alternatives(scope, label, value);
  const tests = modifier === '' ? plainTests(scope, param, label, values) : [];
  if (modifier !== '') for (const each of values) tests.push(...modifiedTests(scope, param, modifier, label, each));
  return { kind: 'param', param, tests, negated: modifier === 'not' || modifier === 'not-in' };
}

export function isTrue(label: string, value: string): boolean {
  if (value !== 'true' && value !== 'false') throw badValue(label, value, 'Give true or false.');
  return value === 'true';
}

function plainTests(scope: Scope, param: SearchParam, label: string, values: readonly string[]): ValueTest[] {
  return values.map((value) => plainTest(scope, param, label, value) ?? compositeTest(scope, param, label, value));
}

function modifiedTests(
  scope: Scope,
  param: SearchParam,
  modifier: string,
  label: string,
  value: string,
): readonly ValueTest[] {
  switch (param.type) {
    case 'token':
      return tokenTests(scope, param, modifier, label, value);
    case 'reference':
      if (modifier === 'identifier') return [{ is: 'reference', targets: [], identifier: tokenTest(label, value) }];
      if (modifier === 'above' || modifier === 'below') return [hierarchyTest(scope, param, label, modifier, value)];
      return [referenceTest(scope, [modifier], label, value)];
    case 'string':
      return modifier === 'exact' || modifier === 'contains' || modifier === 'text'
        ? [stringTest(label, modifier, value)]
        : [];
    case 'uri':
      return [uriTest(modifier, value)];
    default:
      throw badModifier(label, modifier, modifiersOf(param));
  }
}

function tokenTests(
  scope: Scope,
  param: SearchParam,
  modifier: string,
  label: string,
  value: string,
): readonly ValueTest[] {
  switch (modifier) {
    case 'text':
      return [{ is: 'text', text: wordsOf(label, value) }];
    case 'of-type':
      return [ofTypeTest(label, value)];
    case 'in':
    case 'not-in':
      return valueSetTests(scope, label, value);
    case 'above':
    case 'below':
      return hierarchyTests(scope, param, label, modifier, value);
    default:
      return [tokenTest(label, value)];
  }
}
