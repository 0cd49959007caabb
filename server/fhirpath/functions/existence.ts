import { spend, type Env, type Evaluate } from '../model/env.ts';
import { booleanItems, integerItems, type Items } from '../model/item.ts';
import { booleanOf, conditionOf } from '../model/singleton.ts';
import { distinctItems, keySetOf } from '../value/sets.ts';
import { equalityKey } from '../value/equality.ts';
import type { FhirpathFunction, FunctionTable } from './function.ts';
import { loopOver } from './loop.ts';

/** https://hl7.org/fhirpath/N1/#existence */
export const EXISTENCE: FunctionTable = {
  empty: onItems((items) => booleanItems(items.length === 0)),
  not: onItems((items) => {
    const condition = conditionOf(items, 'not()');
    return booleanItems(condition === undefined ? undefined : !condition);
  }),
  exists: {
    arity: [0, 1],
    compile: (input, [criterion]) =>
      criterion === undefined
        ? (self, env) => booleanItems(input(self, env).length > 0)
        : (self, env) => booleanItems(someMatch(input(self, env), criterion, env)),
  },
  all: {
    arity: [1, 1],
    compile: (input, [criterion]) => {
      if (criterion === undefined) return () => booleanItems(true);
      return (self, env) => booleanItems(everyMatch(input(self, env), criterion, env));
    },
  },
  allTrue: onItems((items) => booleanItems(items.every((item) => booleanOf([item], 'allTrue()') === true))),
  anyTrue: onItems((items) => booleanItems(items.some((item) => booleanOf([item], 'anyTrue()') === true))),
  allFalse: onItems((items) => booleanItems(items.every((item) => booleanOf([item], 'allFalse()') === false))),
  anyFalse: onItems((items) => booleanItems(items.some((item) => booleanOf([item], 'anyFalse()') === false))),
  subsetOf: onTwo((items, other, env) => booleanItems(isSubset(items, other, env))),
  supersetOf: onTwo((items, other, env) => booleanItems(isSubset(other, items, env))),
  count: onItems((items) => integerItems(items.length)),
  distinct: onItems((items, env) => distinctItems(items, env)),
  isDistinct: onItems((items, env) => booleanItems(distinctItems(items, env).length === items.length)),
};

function onItems(run: (items: Items, env: Env) => Items): FhirpathFunction {
  return {
    arity: [0, 0],
    compile: (input) => (self, env) => {
      const items = input(self, env);
      spend(env, 1 + (items.length >> 4));
      return run(items, env);
    },
  };
}

function onTwo(run: (items: Items, other: Items, env: Env) => Items): FhirpathFunction {
  return {
    arity: [1, 1],
    compile:
      (input, [other]) =>
      (self, env) =>
        run(input(self, env), other?.(self, env) ?? [], env),
  };
}

function someMatch(items: Items, criterion: Evaluate, env: Env): boolean {
  return !loopOver(items, env, (one) => conditionOf(criterion(one, env), 'exists()') !== true);
}

function everyMatch(items: Items, criterion: Evaluate, env: Env): boolean {
  return loopOver(items, env, (one) => conditionOf(criterion(one, env), 'all()') === true);
}

function isSubset(items: Items, other: Items, env: Env): boolean {
  spend(env, items.length + other.length);
  const keys = keySetOf(other, env);
  return items.every((item) => keys.has(equalityKey(item, env)));
}
