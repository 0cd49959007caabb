import { FhirpathError, spend, type Env } from '../model/env.ts';
import { NONE, type Items } from '../model/item.ts';
import { singleton } from '../model/singleton.ts';
import { equalityKey } from '../value/equality.ts';
import { operandOf } from '../value/operand.ts';
import { distinctItems, keySetOf } from '../value/sets.ts';
import type { FhirpathFunction, FunctionTable } from './function.ts';

/** https://hl7.org/fhirpath/N1/#subsetting and #combining */
export const SUBSETTING: FunctionTable = {
  first: plain((items) => items.slice(0, 1)),
  last: plain((items) => items.slice(-1)),
  tail: plain((items) => items.slice(1)),
  single: plain((items) => {
    singleton(items, 'single()');
    return items;
  }),
  skip: withOther((items, other) => items.slice(Math.max(countOf(other, 'skip()') ?? 0, 0))),
  take: withOther((items, other) => items.slice(0, Math.max(countOf(other, 'take()') ?? 0, 0))),
  intersect: withOther((items, other, env) => {
    const keys = keySetOf(other, env);
    return distinctItems(
      items.filter((item) => keys.has(equalityKey(item, env))),
      env,
    );
  }),
  exclude: withOther((items, other, env) => {
    const keys = keySetOf(other, env);
    return items.filter((item) => !keys.has(equalityKey(item, env)));
  }),
  union: withOther(union),
  combine: withOther((items, other, env) => {
    spend(env, other.length);
    return [...items, ...other];
  }),
};

/** `|` */
export function union(items: Items, other: Items, env: Env): Items {
  return distinctItems(other.length === 0 ? items : items.length === 0 ? other : [...items, ...other], env);
}

/** `[index]` */
export function itemAt(items: Items, index: Items): Items {
  const at = countOf(index, 'An index');
  return at === undefined || at < 0 ? NONE : items.slice(at, at + 1);
}

function countOf(items: Items, where: string): number | undefined {
  const item = singleton(items, where);
  if (item === undefined) return undefined;
  const operand = operandOf(item);
  if (operand.kind !== 'integer') throw new FhirpathError(`${where} takes a whole number, not ${item.type}`);
  return operand.value;
}

function plain(run: (items: Items) => Items): FhirpathFunction {
  return {
    arity: [0, 0],
    compile: (input) => (self, env) => {
      const items = input(self, env);
      spend(env, 1 + (items.length >> 4));
      return run(items);
    },
  };
}

function withOther(run: (items: Items, other: Items, env: Env) => Items): FhirpathFunction {
  return {
    arity: [1, 1],
    compile:
      (input, [other]) =>
      (self, env) => {
        const items = input(self, env);
        spend(env, 1 + (items.length >> 4));
        return run(items, other?.(self, env) ?? NONE, env);
      },
  };
}
