import { rowSubject, type Scope, type Subject } from './scope.ts';

/** How rows (pid, sort_at) are found from a condition. */
export interface Source {
  readonly rank: number;
  /** Whether an index gives the rows in the order of (sort_at, pid), so that a page stops early. */
  readonly isOrdered: boolean;
  /** Whether a resource can come several times. */
  readonly repeats: boolean;
  /** How many rows are looked at for each one that `bounded` counts. */
  readonly fanOut: number;
  /**
   * A select of `sort_at, pid`.
   * @param rest further conditions on each row: `and …`, or nothing
   * @param page all rows when undefined
   */
  rows(rest: (subject: Subject) => string, page: Page | undefined): string;
  /**
   * The source with at most `cap` of its rows read beforehand, and SQL of their number.
   * @param enough SQL of a number up to which it is enough to count, where counting is all that is read beforehand
   */
  bounded(cap: number, enough?: string): { readonly count: string; readonly source: Source };
}

/** The rows of a page: the first ones behind a position, in the order of a column and pid. */
export interface Page {
  /** ` and …`: the row is behind the position; nothing on the first page. */
  after(order: string, pid: string): string;
  /** ` order by … limit …` */
  tail(order: string, pid: string): string;
}

export type Rest = (subject: Subject) => string;

export interface Walk {
  /** Item of FROM with a row for each walk; undefined: there is one. */
  readonly from: (() => string) | undefined;
  readonly table: string;
  where(alias: string): string;
  subject(alias: string): Subject;
  /** The column by which the index is ordered. */
  order(alias: string): string;
}

/** One walk of an index, or one for each row of `from`, merged. */
export function ordered(scope: Scope, rank: number, repeats: boolean, walk: Walk): Source {
  const { sql } = scope;
  const source: Source = {
    rank,
    isOrdered: true,
    repeats: repeats || walk.from !== undefined,
    fanOut: 1,
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
    bounded(cap, enough) {
      const limit = enough ?? String(cap);
      return { count: `(select count(*) from (${source.rows(() => '', undefined)} limit ${limit}) counted)`, source };
    },
  };
  return source;
}

function firstOf(alias: string, rows: string, page: Page): string {
  const order = `${alias}.sort_at`;
  const pid = `${alias}.pid`;
  return `select distinct ${order}, ${pid} from (${rows}) ${alias} where true${page.after(order, pid)}${page.tail(order, pid)}`;
}

/** Rows that come in another order than the page's. */
export function collected(scope: Scope, rank: number, select: (rest: Rest) => string): Source {
  const { sql } = scope;
  return {
    rank,
    isOrdered: false,
    repeats: true,
    fanOut: 1,
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

/** The source with further conditions on its rows. */
export function withRest(source: Source, own: Rest): Source {
  return {
    rank: source.rank,
    isOrdered: source.isOrdered,
    repeats: source.repeats,
    fanOut: source.fanOut,
    rows: (rest, page) => source.rows((subject) => own(subject) + rest(subject), page),
    bounded(cap, enough) {
      const { count, source: inner } = source.bounded(cap, enough);
      return { count, source: withRest(inner, own) };
    },
  };
}

/** What any of the sources finds. */
export function union(scope: Scope, parts: readonly Source[]): Source {
  return {
    rank: Math.max(...parts.map((part) => part.rank)),
    isOrdered: parts.every((part) => part.isOrdered),
    repeats: true,
    fanOut: Math.max(...parts.map((part) => part.fanOut)),
    rows(rest, page) {
      const selects = parts.map((part) => `(${part.rows(rest, page)})`).join(' union all ');
      return page === undefined ? selects : firstOf(scope.sql.alias('w'), selects, page);
    },
    bounded(cap, enough) {
      const bounded = parts.map((part) => part.bounded(cap, enough));
      const source = union(
        scope,
        bounded.map((part) => part.source),
      );
      return { count: `(${bounded.map((part) => part.count).join(' + ')})`, source };
    },
  };
}
