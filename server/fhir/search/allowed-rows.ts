import type { Access, Action, Allowed } from '../../access/access.ts';
import { rowCondition, typesApart, type AllowedOf, type RowCondition } from '../../search/compile/allowed.ts';
import type { SearchRegistry } from '../../search/registry-types.ts';
import type { Filter } from '../../search/tree.ts';
import type { Ctx, Engine } from '../engine.ts';
import { compileContext } from './compile-context.ts';

interface Compiled {
  readonly registry: SearchRegistry;
  readonly condition: RowCondition;
}

/** By tenant and type. Equal principals share their filters, and each reads the same types again and again. */
const compiled = new WeakMap<Filter, Map<string, Compiled>>();

/** What was worked out for many types at once; how many of them need a part of their own in it. */
interface CompiledTypes extends Compiled {
  readonly apart: number;
}

/**
 * By types and actions, which take a millisecond to work out for many types. Equal principals share the function that
 * decides for them.
 */
const compiledFor = new WeakMap<Access['allowed'], Map<string, CompiledTypes>>();
const MOST_PLACES = 200;
/** More parts than that make a condition long enough for it to be better to ask first which types occur. */
const MOST_APART = 5;

/** Rows of the types, and of no others, that the caller may act on in all of these ways; undefined: nothing is restricted. */
export function allowedRows(
  engine: Engine,
  ctx: Ctx,
  types: readonly string[],
  ...actions: readonly Action[]
): RowCondition | undefined {
  return ctx.access.isUnrestricted ? undefined : compiledTypes(engine, ctx, types, actions).condition;
}

/** Whether the condition that {@link allowedRows} gives is short, however many types there are. */
export function isShortCondition(
  engine: Engine,
  ctx: Ctx,
  types: readonly string[],
  ...actions: readonly Action[]
): boolean {
  return ctx.access.isUnrestricted || compiledTypes(engine, ctx, types, actions).apart <= MOST_APART;
}

function compiledTypes(engine: Engine, ctx: Ctx, types: readonly string[], actions: readonly Action[]): CompiledTypes {
  const { access } = ctx;
  let known = compiledFor.get(access.allowed);
  if (known === undefined) compiledFor.set(access.allowed, (known = new Map<string, CompiledTypes>()));
  const place = placeOf(types, actions);
  let found = known.get(place);
  if (found?.registry !== engine.registry) {
    const context = compileContext(engine, ctx);
    const allowedOf: AllowedOf = (type) => allowedIn(access, type, actions);
    const condition = rowCondition(context, types, allowedOf);
    const apart = typesApart(context, types, allowedOf).length;
    if (known.size >= MOST_PLACES) known.clear();
    known.set(place, (found = { registry: engine.registry, condition, apart }));
  }
  return found;
}

/** Of lists that are asked about again: to join and to hash the names of all types takes 20 µs. */
const places = new WeakMap<readonly string[], Map<string, string>>();

function placeOf(types: readonly string[], actions: readonly Action[]): string {
  let known = places.get(types);
  if (known === undefined) places.set(types, (known = new Map<string, string>()));
  const how = actions.join(' ');
  let place = known.get(how);
  if (place === undefined) known.set(how, (place = `${types.join(' ')},${how}`));
  return place;
}

/**
 * Rows that the caller may act on, for a statement that reads rows of the type alone.
 * @returns undefined when they may act on all of them
 */
export function allowedOfType(engine: Engine, ctx: Ctx, type: string, action: Action): RowCondition | undefined {
  const allowed = ctx.access.allowed(type, action);
  if (allowed === 'all') return undefined;
  if (allowed === 'none') return () => 'false';
  let known = compiled.get(allowed);
  if (known === undefined) compiled.set(allowed, (known = new Map<string, Compiled>()));
  const place = `${ctx.tenant} ${type}`;
  let found = known.get(place);
  if (found?.registry !== engine.registry) {
    const condition = rowCondition(compileContext(engine, ctx), [type], () => allowed);
    known.set(place, (found = { registry: engine.registry, condition }));
  }
  return found.condition;
}

/** What of the type may be acted on in all of these ways. */
export function allowedIn(access: Access, type: string, actions: readonly Action[]): Allowed {
  const each = actions.map((action) => access.allowed(type, action));
  if (each.includes('none')) return 'none';
  const filters = each.filter((allowed) => typeof allowed !== 'string');
  const [only] = filters;
  if (only === undefined) return 'all';
  return filters.length === 1 ? only : { kind: 'and', filters };
}
