import type { Filter } from '../tree.ts';
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
  return remembered((alias, values) => {
    const scope = createScope(context, 'nested', inlineSql(values));
    const branches = asked.flatMap(({ type, allowed }): string[] => {
      if (typeof allowed === 'string') return [];
      const condition = filtersCondition(scope, [type], [allowed]);
      if (condition.kind === 'never') return [];
      return [`when ${context.definitions.typeId(type)} then ${probe(scope, condition, resourceSubject(alias))}`];
    });
    const ways = [
      ...(open.length === 0 ? [] : [`${alias}.type in (${open.join(', ')})`]),
      ...(branches.length === 0 ? [] : [`case ${alias}.type ${branches.join(' ')} else false end`]),
    ];
    return ways.length === 0 ? 'false' : `coalesce(${ways.join(' or ')}, false)`;
  });
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
