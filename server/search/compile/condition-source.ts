import type { ColumnsCondition, Condition, KeysCondition, RowsCondition } from './condition.ts';
import { referrersSource, targetsSource } from './link-source.ts';
import { keysSql, naturalBounds, probe } from './probe.ts';
import { RANK } from './rank.ts';
import { resourceSubject, rowSubject, typeNumber, type Scope } from './scope.ts';
import { collected, ordered, union, withRest, type Source } from './source.ts';

/** Undefined when nothing but a look at every resource of the type answers the condition. */
export function sourceOf(scope: Scope, types: readonly string[], condition: Condition): Source | undefined {
  switch (condition.kind) {
    case 'and':
      return conjunction(scope, types, condition.conditions);
    case 'or':
      return alternatives(scope, types, condition.conditions);
    case 'not':
    case 'never':
    case 'in-use':
      return undefined;
    case 'keys':
      return keysSource(scope, condition);
    case 'rows':
      return condition.access.length === 0 ? undefined : rowsSource(scope, condition);
    case 'system':
      return collected(scope, RANK.system, (rest) => {
        const d = scope.sql.alias('d');
        return `select ${d}.sort_at, ${d}.pid from ix_token ${d} where ${condition.where(d)}${rest(rowSubject(d))}`;
      });
    case 'targets':
      return targetsSource(scope, condition);
    case 'referrers':
      return referrersSource(scope, types, condition);
    case 'columns':
      return condition.access === 'none' ? undefined : columnsSource(scope, types, condition);
  }
}

/** A select of `sort_at, pid` of all resources for which the condition holds, each once. */
export function allRows(scope: Scope, types: readonly string[], condition: Condition): string {
  const source = sourceOf(scope, types, condition);
  if (source === undefined) {
    return typeSource(scope, types).rows((subject) => ` and ${probe(scope, condition, subject)}`, undefined);
  }
  const rows = source.rows(() => '', undefined);
  if (!source.repeats) return rows;
  const a = scope.sql.alias('a');
  return `select distinct ${a}.sort_at, ${a}.pid from (${rows}) ${a}`;
}

/** The same, or at most `limit` rows of it, in which a resource may come several times. */
export function someRows(
  scope: Scope,
  types: readonly string[],
  condition: Condition,
  limit: string | undefined,
): string {
  if (limit === undefined) return allRows(scope, types, condition);
  const source = sourceOf(scope, types, condition);
  const rows = source === undefined ? allRows(scope, types, condition) : source.rows(() => '', undefined);
  return `select * from (${rows}) ${scope.sql.alias('l')} limit ${limit}`;
}

/** Rank of what is reached through a link from resources for which the condition holds. */
export function linkedRank(scope: Scope, types: readonly string[], condition: Condition): number {
  return Math.max(RANK.chain, sourceOf(scope, types, condition)?.rank ?? RANK.everything);
}

/** Every resource of the types; `updated`: in the order of lastUpdated, which then stands in column sort_at. */
export function typeSource(scope: Scope, types: readonly string[], axis: 'sort_at' | 'updated' = 'sort_at'): Source {
  const { sql } = scope;
  const ids = types.map((type) => typeNumber(scope, type));
  const [only = 0] = ids;
  const isOne = ids.length === 1;
  const k = sql.alias('k');
  return ordered(scope, RANK.everything, false, {
    from: isOne ? undefined : () => `unnest(${sql.list(ids, 'smallint')}) ${k}(type)`,
    table: 'resource',
    where: (d) => `${d}.tenant = ${scope.tenant} and ${d}.type = ${isOne ? sql.bind(only, 'smallint') : `${k}.type`}`,
    subject: resourceSubject,
    order: (d) => `${d}.${axis}`,
  });
}

function keysSource(scope: Scope, condition: KeysCondition): Source {
  const { from, where, repeats } = keysSql(scope, condition);
  return ordered(scope, condition.rank, repeats, {
    from,
    table: condition.table,
    where,
    subject: rowSubject,
    order: (d) => `${d}.sort_at`,
  });
}

function rowsSource(scope: Scope, condition: RowsCondition): Source {
  const { table, where, access, rank, natural } = condition;
  if (natural !== undefined) {
    return ordered(scope, rank, false, {
      from: undefined,
      table,
      where: (d) => `${where(d)} and ${naturalBounds(natural, { pid: `${d}.pid`, sortAt: `${d}.low` })}`,
      subject: (d) => ({ pid: `${d}.pid`, sortAt: `${d}.low` }),
      order: (d) => `${d}.low`,
    });
  }
  const { sql } = scope;
  return {
    ...collected(scope, rank, (rest) =>
      access
        .map((way) => {
          const d = sql.alias('d');
          const narrow = way(d);
          const whole = where(d);
          const both = narrow === whole ? whole : `${narrow} and ${whole}`;
          return `select ${d}.sort_at, ${d}.pid from ${table} ${d} where ${both}${rest(rowSubject(d))}`;
        })
        .join(' union all '),
    ),
    // What is bounded is the reading, so the limit stands before the part of the condition that no index answers.
    bounded(cap) {
      const ways = access.map((way) => {
        const d = sql.alias('d');
        return `select ${d}.* from ${table} ${d} where ${way(d)}`;
      });
      const c = sql.once(`${ways.join(' union all ')} limit ${cap}`);
      const source = collected(scope, rank, (rest) => {
        const d = sql.alias('d');
        return `select ${d}.sort_at, ${d}.pid from ${c} ${d} where ${where(d)}${rest(rowSubject(d))}`;
      });
      return { count: `(select count(*) from ${c})`, source };
    },
  };
}

function columnsSource(scope: Scope, types: readonly string[], condition: ColumnsCondition): Source {
  const ids = types.map((type) => typeNumber(scope, type)).join(', ');
  const isFew = condition.access === 'few';
  return collected(scope, isFew ? RANK.id : RANK.updated, (rest) => {
    const d = scope.sql.alias('d');
    const whole = `${d}.tenant = ${scope.tenant} and ${d}.type in (${ids})${rest(resourceSubject(d))}`;
    if (!isFew) return `select ${d}.sort_at, ${d}.pid from resource ${d} where ${whole} and ${condition.where(d)}`;
    // `offset 0`: of a type that has grown since the last statistics the planner would rather read all, and look among them.
    const f = scope.sql.alias('d');
    const few = `select * from resource ${f} where ${condition.where(f)} offset 0`;
    return `select ${d}.sort_at, ${d}.pid from (${few}) ${d} where ${whole}`;
  });
}

function conjunction(scope: Scope, types: readonly string[], conditions: readonly Condition[]): Source | undefined {
  let best: Source | undefined;
  let chosen: Condition | undefined;
  for (const condition of conditions) {
    const source = sourceOf(scope, types, condition);
    if (source !== undefined && (best === undefined || source.rank < best.rank)) [best, chosen] = [source, condition];
  }
  if (best === undefined) return undefined;
  const others = conditions.filter((condition) => condition !== chosen);
  return others.length === 0
    ? best
    : withRest(best, (s) => others.map((other) => ` and ${probe(scope, other, s)}`).join(''));
}

function alternatives(scope: Scope, types: readonly string[], conditions: readonly Condition[]): Source | undefined {
  const sources = conditions.map((condition) => sourceOf(scope, types, condition));
  const complete = sources.filter((source) => source !== undefined);
  return complete.length < sources.length ? undefined : union(scope, complete);
}
