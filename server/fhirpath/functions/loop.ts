import { spend, type Env } from '../model/env.ts';
import type { Item, Items } from '../model/item.ts';

/**
 * Runs `visit` for one item after the other, with `$index` set and variables of its own, until it answers false.
 * @returns whether it never did
 */
export function loopOver(items: Items, env: Env, visit: (one: readonly [Item]) => boolean): boolean {
  const outer = env.index;
  const { variables } = env;
  let index = 0;
  for (const item of items) {
    spend(env, 1);
    env.index = index;
    const goesOn = visit([item]);
    env.variables = variables;
    if (!goesOn) break;
    index += 1;
  }
  env.index = outer;
  return index === items.length;
}
