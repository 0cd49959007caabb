import type { RowCondition } from '../search/compile/allowed.ts';
import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';

/** Range of index keys, see Hasher.slotRange. */
export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

export interface Sample {
  readonly type: number;
  readonly id: string;
  readonly version: number;
  readonly updated: number;
  readonly body: string;
}

const NEWEST = `select max(x.pid) as pid from ix_token x where x.key between u.low and u.high group by x.key, x.system`;

/**
 * One live resource for each distinct value in the ranges: an index-only walk, after which only the samples are read.
 * @param limit most samples
 * @param allowed only resources for which this holds: the newest of each value that does
 */
export async function samplePerToken(
  db: Queryable,
  tenant: number,
  ranges: readonly KeyRange[],
  limit: number,
  allowed: RowCondition | undefined,
): Promise<Sample[]> {
  const values: unknown[] = [
    tenant,
    arrayLiteral(ranges.map((range) => range.from)),
    arrayLiteral(ranges.map((range) => range.to)),
    limit,
  ];
  const ofEach = allowed === undefined ? NEWEST : newestAllowed(allowed, values);
  return db.query({
    ...(allowed === undefined ? { name: 'sample_per_token' } : {}),
    text:
      `select r.type, r.id, r.version, r.updated, r.body from (select distinct s.pid ` +
      `from unnest($2::bigint[], $3::bigint[]) u(low, high) cross join lateral (${ofEach}) s) p ` +
      `join resource r on r.pid = p.pid and r.tenant = $1 limit $4`,
    values,
  });
}

function newestAllowed(allowed: RowCondition, values: unknown[]): string {
  return (
    `select a.pid from (select distinct x.key, x.system from ix_token x where x.key between u.low and u.high) k ` +
    `cross join lateral (select x.pid from ix_token x join resource o on o.pid = x.pid and o.tenant = $1 ` +
    `where x.key = k.key and x.system = k.system and ${allowed('o', values)} order by x.sort_at desc, x.pid desc limit 1) a`
  );
}
