import { createHash } from 'node:crypto';
import type { RowCondition } from '../search/compile/allowed.ts';
import type { Queryable } from './db.ts';
import { arrayLiteral } from './index-columns.ts';

/** Identities (resource.ref) that must be there for something to be written. */
export interface RequiredTargets {
  readonly refs: readonly string[];
  /** Only rows for which it holds are there for the writer. */
  readonly allowed?: RowCondition | undefined;
}

export const NO_TARGETS: RequiredTargets = { refs: [] };

/**
 * SQL: those of the targets that are there, locked FOR KEY SHARE so that a concurrent delete waits. `$1` is the tenant.
 * @param place of the parameter with the identities
 * @param values of the statement, all others: those of the condition are added behind them
 */
export function foundSql({ allowed }: RequiredTargets, place: number, values: unknown[]): string {
  const array = `$${place}::bigint[]`;
  const [refs, condition] =
    allowed === undefined
      ? [array, '']
      : // Behind a sub-select the array's length is unknown to every plan: a plan for these values would seem cheaper than
        // one for all, and the whole statement would be planned anew each time (measured: 0.7 ms of CPU).
        [`(select ${array})::bigint[]`, ` and ${allowed('r', values)}`];
  return `select r.ref from resource r where r.ref = any(${refs}) and r.tenant = $1${condition} for key share`;
}

/** Those of the identities that are live, locked as {@link foundSql} does it. */
export async function liveRefsLocked(tx: Queryable, tenant: number, refs: readonly string[]): Promise<string[]> {
  const values: unknown[] = [tenant, arrayLiteral(refs)];
  const text = `select ref::text as ref from (${foundSql({ refs }, 2, values)}) found`;
  return (await tx.query<{ ref: string }>({ name: 'lock_targets', text, values })).map((row) => row.ref);
}

const limitedNames = new Map<string, string>();
const MOST_NAMES = 1000;

/** The name of a statement; one with a condition has another. */
export function limitedName(name: string, { allowed }: RequiredTargets, found: string): string {
  if (allowed === undefined) return name;
  const whole = `${name}\n${found}`;
  let limited = limitedNames.get(whole);
  if (limited === undefined) {
    limited = `write_${createHash('sha256').update(whole).digest('base64url').slice(0, 22)}`;
    if (limitedNames.size >= MOST_NAMES) limitedNames.clear();
    limitedNames.set(whole, limited);
  }
  return limited;
}
