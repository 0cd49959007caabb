import { spend, type Env } from '../model/env.ts';
import type { Item, Items } from '../model/item.ts';
import { areEqual, equalityKey } from './equality.ts';

/** The first of equal values each. */
export function distinctItems(items: Items, env: Env): Items {
  if (items.length < 2) return items;
  spend(env, items.length);
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = equalityKey(item, env);
    return seen.has(key) ? false : seen.add(key);
  });
}

export function keySetOf(items: Items, env: Env): ReadonlySet<string> {
  env.keySets ??= new Map();
  let keys = env.keySets.get(items);
  if (keys === undefined) {
    spend(env, items.length);
    env.keySets.set(items, (keys = new Set(items.map((item) => equalityKey(item, env)))));
  }
  return keys;
}

const FEW = 8;

/** `in`, also when it is asked for thousands of items of one collection. */
export function isIn(item: Item, items: Items, env: Env): boolean {
  spend(env, 1);
  if (items.length > FEW) return keySetOf(items, env).has(equalityKey(item, env));
  return items.some((other) => areEqual(item, other, env) === true);
}
