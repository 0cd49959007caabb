import { referenceEntries } from '../compile/reference.ts';
import { createScope, type CompileContext, type Scope } from '../compile/scope.ts';
import { tokenConditions } from '../compile/token.ts';
import type { KeyRows } from '../index/row-types.ts';
import type { Filter, ParamFilter } from '../tree.ts';

/**
 * Index keys of which a resource must have one for all the filters to hold; undefined: there are none that tell. By them
 * those of many searches are found that can match a resource, without asking each.
 */
export function requiredKeys(context: CompileContext, filters: readonly Filter[]): readonly string[] | undefined {
  const scope = createScope(context, 'nested');
  for (const filter of filters) {
    const keys = filter.kind === 'and' ? requiredKeys(context, filter.filters) : keysOf(scope, filter);
    if (keys !== undefined) return keys;
  }
  return undefined;
}

function keysOf(scope: Scope, filter: Filter): readonly string[] | undefined {
  if (filter.kind !== 'param' || filter.negated) return undefined;
  return paramKeys(scope, filter);
}

function paramKeys(scope: Scope, { param, tests }: ParamFilter): readonly string[] | undefined {
  const keys: string[] = [];
  for (const test of tests) {
    if (test.is === 'token') {
      for (const condition of tokenConditions(scope, param, [test])) {
        if (condition.kind !== 'keys' || typeof condition.entries === 'string') return undefined;
        keys.push(...condition.entries.map(({ key }) => key));
      }
    } else if (test.is === 'reference' && test.identifier === undefined && test.hierarchy === undefined) {
      keys.push(...referenceEntries(scope, param, test.targets).map(({ key }) => key));
    } else return undefined;
  }
  return keys;
}

/** The slots that keys belong to. */
export function slotsOf(keys: Iterable<string>): ReadonlySet<number> {
  const slots = new Set<number>();
  for (const key of keys) slots.add(Number(BigInt(key) >> 48n));
  return slots;
}

/** Whether one of {@link exactKeys} is among some; every write may come by, so that it makes nothing. */
export function hasExactKey({ tokens, refs }: KeyRows, keys: { has(key: string): boolean }): boolean {
  for (const { key } of tokens) if (keys.has(key)) return true;
  for (const { key } of refs) if (keys.has(key)) return true;
  return false;
}

/** The keys of a resource among which {@link requiredKeys} are looked for. */
export function* exactKeys({ tokens, refs }: KeyRows): Iterable<string> {
  for (const { key } of tokens) yield key;
  for (const { key } of refs) yield key;
}
