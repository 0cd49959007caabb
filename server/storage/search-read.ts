import type { CompiledPage, Position, SearchStatement } from '../search/compile/compile-search.ts';
import type { Queryable } from './db.ts';

/** A live resource as a search finds it. */
export interface FoundResource {
  readonly pid: number;
  /** Number of the resource type. */
  readonly type: number;
  readonly id: string;
  readonly version: number;
  /** Milliseconds. */
  readonly updated: number;
  /** See body.ts. */
  readonly body: string;
}

export interface FoundPage {
  readonly resources: readonly FoundResource[];
  /** Where the next page continues; undefined when this is the last one. */
  readonly next: Position | undefined;
}

type PageRow = FoundResource & Readonly<Record<`k${number}`, string | number | null>>;

export async function readPage(db: Queryable, { statement, size, keys }: CompiledPage): Promise<FoundPage> {
  const rows = await db.query<PageRow>(statement);
  const last = rows[size - 1];
  if (rows.length <= size || last === undefined) return { resources: rows, next: undefined };
  rows.pop();
  const position: (string | number | null)[] = [];
  for (let index = 0; index < keys; index += 1) position.push(last[`k${index}`] ?? null);
  return { resources: rows, next: [...position, last.pid] };
}

export async function readCount(db: Queryable, statement: SearchStatement): Promise<number> {
  const [row] = await db.query<{ total: number }>(statement);
  return row?.total ?? 0;
}

/** The number of rows that the planner expects of an `explain (format json)`. */
export async function readEstimate(db: Queryable, statement: SearchStatement): Promise<number> {
  const [row] = await db.query<{ 'QUERY PLAN': readonly { Plan: { 'Plan Rows': number } }[] }>(statement);
  return row?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0;
}

export async function readIncluded(db: Queryable, statement: SearchStatement): Promise<FoundResource[]> {
  return db.query<FoundResource>(statement);
}

/** The plan of a search as text, one line per node; the search does not run. */
export async function explainStatement(db: Queryable, { text, values }: SearchStatement): Promise<string> {
  const rows = await db.query<{ 'QUERY PLAN': string }>({ text: `explain (verbose) ${text}`, values });
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
