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

/**
 * One live resource for each distinct value in the ranges: an index-only walk, after which only the samples are read.
 * @param limit most samples
 */
export async function samplePerToken(
  db: Queryable,
  tenant: number,
  ranges: readonly KeyRange[],
  limit: number,
): Promise<Sample[]> {
  return db.query({
    name: 'sample_per_token',
    text:
      `select r.type, r.id, r.version, r.updated, r.body from (select distinct s.pid ` +
      `from unnest($2::bigint[], $3::bigint[]) u(low, high) cross join lateral (select max(x.pid) as pid from ix_token x ` +
      `where x.key between u.low and u.high group by x.key, x.system) s) p ` +
      `join resource r on r.pid = p.pid and r.tenant = $1 limit $4`,
    values: [
      tenant,
      arrayLiteral(ranges.map((range) => range.from)),
      arrayLiteral(ranges.map((range) => range.to)),
      limit,
    ],
  });
}
