import { inSlots, keyOfTarget, slotIds, type ColumnsCondition, type Condition } from './condition.ts';
import type { KeysCondition, ReferrersCondition, RowsCondition, TargetsCondition } from './condition.ts';
import { keysSql, naturalBounds, probe } from './probe.ts';
import { RANK } from './rank.ts';
import { resourceSubject, rowSubject, type Scope, type Subject } from './scope.ts';

/** How rows (pid, sort_at) are found from a condition. */
export interface Source {
  readonly rank: number;
  /** Whether an index gives the rows in the order of (sort_at, pid), so that a page stops early. */
  readonly isOrdered: boolean;
  /** Whether a resource can come several times. */
  readonly repeats: boolean;
  /**
   * A select of `sort_at, pid`.
   * @param rest further conditions on each row: `and …`, or nothing
   * @param page all rows when undefined
   */
  rows(rest: (subject: Subject) => string, page: Page | undefined): string;
  /** The source with at most `cap` of its rows read beforehand, and SQL of their number. */
  bounded(cap: number): { readonly count: string; readonly source: Source };
}

/** The rows of a page: the first ones behind a position, in the order of a column and pid. */
export interface Page {
  /** ` and …`: the row is behind the position; nothing on the first page. */
  after(order: string, pid: string): string;
  /** ` order by … limit …` */
  tail(order: string, pid: string): string;
}

type Rest = (subject: Subject) => string;

/** Undefined when nothing but a look at every resource of the type answers the condition. */
export function sourceOf(scope: Scope, types: readonly string[], condition: Condition): Source | undefined {
  switch (condition.kind) {
    case 'and':
      return conjunction(scope, types, condition.conditions);
    case 'or':
      return union(scope, types, condition.conditions);
    case 'not':
    case 'never':
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
  const { sql, definitions } = scope;
  const ids = types.map((type) => definitions.typeId(type));
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

interface Walk {
  /** Item of FROM with a row for each walk; undefined: there is one. */
  readonly from: (() => string) | undefined;
  readonly table: string;
  where(alias: string): string;
  subject(alias: string): Subject;
  /** The column by which the index is ordered. */
  order(alias: string): string;
}

/** One walk of an index, or one for each row of `from`, merged. */
function ordered(scope: Scope, rank: number, repeats: boolean, walk: Walk): Source {
  const { sql } = scope;
  const source: Source = {
    rank,
    isOrdered: true,
    repeats: repeats || walk.from !== undefined,
    rows(rest, page) {
      const d = sql.alias('d');
      const subject = walk.subject(d);
      const order = walk.order(d);
      const columns = `${order} as sort_at, ${subject.pid}`;
      const where = `where ${walk.where(d)}${rest(subject)}`;
      if (page === undefined) {
        const item = walk.from === undefined ? '' : `${walk.from()} cross join `;
        return `select ${columns} from ${item}${walk.table} ${d} ${where}`;
      }
      const distinct = repeats ? 'distinct ' : '';
      const one = `select ${distinct}${columns} from ${walk.table} ${d} ${where}${page.after(order, subject.pid)}${page.tail(order, subject.pid)}`;
      if (walk.from === undefined) return one;
      const w = sql.alias('w');
      return `select distinct ${w}.sort_at, ${w}.pid from ${walk.from()} cross join lateral (${one}) ${w}${page.tail(`${w}.sort_at`, `${w}.pid`)}`;
    },
    bounded(cap) {
      return { count: `(select count(*) from (${source.rows(() => '', undefined)} limit ${cap}) n)`, source };
    },
  };
  return source;
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

function firstOf(alias: string, rows: string, page: Page): string {
  const order = `${alias}.sort_at`;
  const pid = `${alias}.pid`;
  return `select distinct ${order}, ${pid} from (${rows}) ${alias} where true${page.after(order, pid)}${page.tail(order, pid)}`;
}

/** Rows that come in another order than the page's. */
function collected(scope: Scope, rank: number, select: (rest: Rest) => string): Source {
  const { sql } = scope;
  return {
    rank,
    isOrdered: false,
    repeats: true,
    rows(rest, page) {
      if (page === undefined) return select(rest);
      return firstOf(sql.alias('w'), select(rest), page);
    },
    bounded(cap) {
      const c = sql.once(`${select(() => '')} limit ${cap}`);
      const source = collected(scope, rank, (rest) => {
        const d = sql.alias('d');
        return `select ${d}.sort_at, ${d}.pid from ${c} ${d} where true${rest(rowSubject(d))}`;
      });
      return { count: `(select count(*) from ${c})`, source };
    },
  };
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
  const { definitions } = scope;
  const ids = types.map((type) => definitions.typeId(type)).join(', ');
  return collected(scope, condition.access === 'few' ? RANK.id : RANK.updated, (rest) => {
    const d = scope.sql.alias('d');
    const where = `${d}.tenant = ${scope.tenant} and ${d}.type in (${ids}) and ${condition.where(d)}${rest(resourceSubject(d))}`;
    return `select ${d}.sort_at, ${d}.pid from resource ${d} where ${where}`;
  });
}

/** The set first, then for each of its resources the newest that refer to it. */
function targetsSource(scope: Scope, condition: TargetsCondition): Source {
  const { sql } = scope;
  const [slot = 0, ...others] = slotIds(condition.uses);
  const walks = (set: () => string): Source => {
    const k = sql.alias('k');
    const s = sql.alias('s');
    const isOne = others.length === 0;
    const slots = (): string => (isOne ? '' : ` cross join unnest(${sql.list([slot, ...others], 'bigint')}) ${s}(id)`);
    const key = (): string => keyOfTarget(isOne ? sql.bind(slot, 'bigint') : `${s}.id`, `${k}.ref`);
    return ordered(scope, condition.rank, true, {
      from: () => `${set()} ${k}${slots()}`,
      table: 'ix_ref',
      where: (d) => `${d}.key = ${key()} and ${d}.target = ${k}.ref`,
      subject: rowSubject,
      order: (d) => `${d}.sort_at`,
    });
  };
  const all = walks(() => `(${condition.select(undefined)})`);
  return {
    rank: condition.rank,
    isOrdered: false,
    repeats: true,
    rows: all.rows,
    bounded(cap) {
      const c = sql.once(condition.select(String(cap)));
      return { count: `(select count(*) from ${c})`, source: walks(() => c) };
    },
  };
}

/** The set first, then the resources that it refers to. */
function referrersSource(scope: Scope, types: readonly string[], condition: ReferrersCondition): Source {
  const { sql, definitions } = scope;
  const ids = types.map((type) => definitions.typeId(type)).join(', ');
  const from = (set: string): Source =>
    collected(scope, condition.rank, (rest) => {
      const [k, x, t, d] = [sql.alias('k'), sql.alias('x'), sql.alias('t'), sql.alias('d')];
      const targets = `select distinct ${x}.target from ${set} ${k} join ix_ref ${x} on ${x}.pid = ${k}.pid and ${inSlots(scope, x, condition.uses)}`;
      return (
        `select ${d}.sort_at, ${d}.pid from (${targets}) ${t} join resource ${d} on ${d}.ref = ${t}.target ` +
        `and ${d}.tenant = ${scope.tenant} and ${d}.type in (${ids})${rest(resourceSubject(d))}`
      );
    });
  return {
    rank: condition.rank,
    isOrdered: false,
    repeats: true,
    rows: (rest, page) => from(`(${condition.select(undefined)})`).rows(rest, page),
    bounded(cap) {
      const c = sql.once(condition.select(String(cap)));
      return { count: `(select count(*) from ${c})`, source: from(c) };
    },
  };
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

function withRest(source: Source, own: Rest): Source {
  return {
    rank: source.rank,
    isOrdered: source.isOrdered,
    repeats: source.repeats,
    rows: (rest, page) => source.rows((subject) => own(subject) + rest(subject), page),
    bounded(cap) {
      const { count, source: inner } = source.bounded(cap);
      return { count, source: withRest(inner, own) };
    },
  };
}

function union(scope: Scope, types: readonly string[], conditions: readonly Condition[]): Source | undefined {
  const sources = conditions.map((condition) => sourceOf(scope, types, condition));
  const complete = sources.filter((source) => source !== undefined);
  if (complete.length < sources.length) return undefined;
  const rank = Math.max(...complete.map((source) => source.rank));
  const merged = (parts: readonly Source[]): Source => ({
    rank,
    isOrdered: parts.every((part) => part.isOrdered),
    repeats: true,
    rows(rest, page) {
      const selects = parts.map((part) => `(${part.rows(rest, page)})`).join(' union all ');
      if (page === undefined) return selects;
      return firstOf(scope.sql.alias('w'), selects, page);
    },
    bounded(cap) {
      const bounded = parts.map((part) => part.bounded(cap));
      return {
        count: bounded.map((part) => part.count).join(' + '),
        source: merged(bounded.map((part) => part.source)),
      };
    },
  });
  return merged(complete);
}
