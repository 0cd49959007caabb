import { FhirpathError, spend, type Env, type Evaluate } from '../model/env.ts';
import { NONE, type Item, type Items } from '../model/item.ts';
import { booleanOf, conditionOf, singleton } from '../model/singleton.ts';
import { isExactlyOfType, resolveTypeName, typeArgument } from '../model/type-name.ts';
import { compareOperands, equalityKey } from '../value/equality.ts';
import { operandOf } from '../value/operand.ts';
import type { FhirpathFunction, FunctionTable } from './function.ts';
import { loopOver } from './loop.ts';

/** https://hl7.org/fhirpath/N1/#filtering-and-projection */
export const FILTERING: FunctionTable = {
  where: loop((items, criterion, env) => {
    const found: Item[] = [];
    loopOver(items, env, (one) => {
      if (conditionOf(criterion(one, env), 'where()') === true) found.push(one[0]);
      return true;
    });
    return found;
  }),
  select: loop((items, projection, env) => {
    const found: Item[] = [];
    loopOver(items, env, (one) => {
      for (const item of projection(one, env)) found.push(item);
      spend(env, 1);
      return true;
    });
    return found;
  }),
  repeat: loop(repeat),
  ofType: {
    arity: [1, 1],
    compile(input, _parameters, { call, definitions, isStrict }) {
      const [argument] = call.arguments;
      if (argument === undefined) return input;
      const type = resolveTypeName(typeArgument(argument), definitions, argument.at);
      return (self, env) => {
        const items = input(self, env);
        spend(env, items.length);
        return items.filter((item) => isExactlyOfType(item, type, definitions, !isStrict));
      };
    },
  },
  iif: {
    arity: [2, 3],
    compile:
      (input, [condition, then, otherwise]) =>
      (self, env) => {
        const items = input(self, env);
        if (items.length > 1) throw new FhirpathError(`iif() takes one value, not ${items.length}`);
        if (booleanOf(condition?.(items, env) ?? NONE, 'iif()') === true) return then?.(items, env) ?? NONE;
        return otherwise?.(items, env) ?? NONE;
      },
  },
  aggregate: {
    arity: [1, 2],
    compile:
      (input, [step, start]) =>
      (self, env) => {
        const items = input(self, env);
        const outer = env.total;
        env.total = start?.(self, env) ?? NONE;
        loopOver(items, env, (one) => {
          env.total = step?.(one, env) ?? NONE;
          return true;
        });
        const { total } = env;
        env.total = outer;
        return total;
      },
  },
  sort: {
    arity: [0, 5],
    compile: (input, keys, { call }) => {
      // A minus before a key turns the order round, for texts as well.
      const signs = call.arguments.map((argument) => (argument.kind === 'sign' && argument.operator === '-' ? -1 : 1));
      return (self, env) => sorted(input(self, env), keys, signs, env);
    },
  },
};

function loop(run: (items: Items, projection: Evaluate, env: Env) => Items): FhirpathFunction {
  return {
    arity: [1, 1],
    compile: (input, [projection]) => {
      if (projection === undefined) return input;
      return (self, env) => run(input(self, env), projection, env);
    },
  };
}

/** Each value once, so that it ends. */
function repeat(items: Items, projection: Evaluate, env: Env): Items {
  const found: Item[] = [];
  const seen = new Set<string | Item['value']>();
  let open = items;
  while (open.length > 0) {
    const next: Item[] = [];
    loopOver(open, env, (one) => {
      for (const item of projection(one, env)) {
        // An element is itself, not another one with the same content.
        const key = item.parent !== undefined && typeof item.value === 'object' ? item.value : equalityKey(item, env);
        if (seen.has(key)) continue;
        seen.add(key);
        next.push(item);
      }
      return true;
    });
    for (const item of next) found.push(item);
    open = next;
  }
  return found;
}

function sorted(items: Items, keys: readonly Evaluate[], signs: readonly number[], env: Env): Items {
  const rows: { readonly item: Item; readonly values: readonly (Item | undefined)[] }[] = [];
  loopOver(items, env, (one) => {
    const values = keys.length === 0 ? one : keys.map((key) => singleton(key(one, env), 'sort()'));
    rows.push({ item: one[0], values });
    return true;
  });
  spend(env, rows.length * 10);
  rows.sort((a, b) => {
    for (const [index, value] of a.values.entries()) {
      const order = compareKeys(value, b.values[index], signs[index] ?? 1);
      if (order !== 0) return order;
    }
    return 0;
  });
  return rows.map(({ item }) => item);
}

/** What has no key comes first, whichever the direction. */
function compareKeys(a: Item | undefined, b: Item | undefined, sign: number): number {
  if (a === undefined || b === undefined) return Number(b === undefined) - Number(a === undefined);
  const order = compareOperands(operandOf(a), operandOf(b));
  if (order === undefined) throw new FhirpathError(`sort() cannot compare ${a.type} with ${b.type}`);
  return order * sign;
}
