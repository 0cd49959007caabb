import type { RowCondition } from '../search/compile/allowed.ts';
import type { Queryable } from '../storage/db.ts';
import { arrayLiteral } from '../storage/index-columns.ts';

export interface MatchedRow {
  readonly pid: number;
  readonly type: number;
  readonly id: string;
}

export interface MatchPage {
  readonly rows: readonly MatchedRow[];
  /** Where the next page begins before; undefined: there is none. */
  readonly first: number | undefined;
}

const WINDOW = 4000;

/** Behind every pid. */
export const LAST_PID = Number.MAX_SAFE_INTEGER;

/** The next page, from the newest to the oldest: what refers to something was mostly made after it. */
export async function matchPage(
  db: Queryable,
  tenant: number,
  before: number,
  types: readonly number[],
  condition: RowCondition,
): Promise<MatchPage> {
  const [found] = await db.query<{ edge: number | null }>({
    name: 'bulk_delete_edge',
    text:
      `select min(pid) as edge from (select pid from resource where tenant = $1 and pid < $2 and pid > 0 ` +
      `order by pid desc limit $3) w`,
    values: [tenant, before, WINDOW],
  });
  const edge = found?.edge ?? undefined;
  if (edge === undefined) return { rows: [], first: undefined };
  const values: unknown[] = [tenant, before, edge, arrayLiteral(types)];
  const rows = await db.query<MatchedRow>({
    text:
      `select r.pid, r.type, r.id from resource r where r.tenant = $1 and r.pid < $2 and r.pid >= $3 ` +
      `and r.type = any($4::smallint[]) and ${condition('r', values)} order by r.pid desc`,
    values,
  });
  return { rows, first: edge };
}
