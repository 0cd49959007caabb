import type { Filter } from '../tree.ts';
import { together, togetherProbe } from './allowed-together.ts';
import { filtersCondition } from './filter.ts';
import { probe } from './probe.ts';
import { createScope, resourceSubject, type CompileContext } from './scope.ts';
import { createSql, type Sql } from './sql.ts';

/** What of a type may be acted on; Access.allowed in access/access.ts. */
export type AllowedOf = (type: string) => 'all' | 'none' | Filter;

/**
 * A condition on rows of `resource`, as SQL over the alias of one; its values are added to those that the statement has.
 * It is true or false, never null.
 */
export type RowCondition = (alias: string, values: unknown[]) => string;

/** The rows of some types that may be acted on; it does not hold for rows of other types. */
export function rowCondition(context: CompileContext, types: readonly string[], allowedOf: AllowedOf): RowCondition {
  const asked = types.map((type) => ({ type, allowed: allowedOf(type) }));
  const open = asked.filter(({ allowed }) => allowed === 'all').map(({ type }) => context.definitions.typeId(type));
  const filtered = asked.flatMap(({ type, allowed }) => (typeof allowed === 'string' ? [] : [{ type, allowed }]));
  return remembered((alias, values) => {
    const scope = createScope(context, 'nested', inlineSql(values));
    const alike = together(scope, filtered);
    const isAlike = alike.places.size > 1;
    const branches = filtered.flatMap(({ type, allowed }): string[] => {
      if (isAlike && alike.places.has(type)) return [];
      const condition = filtersCondition(scope, [type], [allowed]);
      if (condition.kind === 'never') return [];
      return [`when ${context.definitions.typeId(type)} then ${probe(scope, condition, resourceSubject(alias))}`];
    });
    const ways = [
      ...(open.length === 0 ? [] : [`${alias}.type in (${open.join(', ')})`]),
      ...(isAlike ? [togetherProbe(scope, alike, { ...resourceSubject(alias), resource: alias })] : []),
      ...(branches.length === 0 ? [] : [`case ${alias}.type ${branches.join(' ')} else false end`]),
    ];
    return ways.length === 0 ? 'false' : `coalesce(${ways.join(' or ')}, false)`;
  });
}

/** Those of the types that need a part of their own in {@link rowCondition}: with many of them it is long. */
export function typesApart(context: CompileContext, types: readonly string[], allowedOf: AllowedOf): readonly string[] {
  const filtered = types.flatMap((type) => {
    const allowed = allowedOf(type);
    return typeof allowed === 'string' ? [] : [{ type, allowed }];
  });
  const { places } = together(createScope(context, 'nested'), filtered);
  return filtered.map(({ type }) => type).filter((type) => !places.has(type));
}

/** Makes the text once for each place, which is told by its alias and by how many values stand before it. */
function remembered(make: RowCondition): RowCondition {
  const made = new Map<string, { readonly text: string; readonly own: readonly unknown[] }>();
  return (alias, values) => {
    const place = `${alias} ${values.length}`;
    let known = made.get(place);
    if (known === undefined) {
      const all = [...values];
      const text = make(alias, all);
      made.set(place, (known = { text, own: all.slice(values.length) }));
    }
    values.push(...known.own);
    return known.text;
  };
}

/** Sub-selects stand where they are used: the statement around them has a `with` of its own, or none. */
function inlineSql(values: unknown[]): Sql {
  return { ...createSql(true, values), once: (select) => `(${select})` };
}
