import type { HasFilter } from '../tree.ts';
import { NEVER, type CompileFilter, type Condition } from './condition.ts';
import { probe } from './probe.ts';
import type { Scope } from './scope.ts';
import { linkedRank, someRows } from './condition-source.ts';

/** `_has:Observation:patient:code=x`: an Observation refers here by `patient`, and the filter holds for it. */
export function hasCondition(
  scope: Scope,
  type: string,
  { param, filter }: HasFilter,
  compile: CompileFilter,
): Condition {
  const source = param.resourceType;
  const uses = param.slots.filter(({ targetTypes }) => targetTypes?.includes(type) ?? true);
  const condition = compile(scope, [source], filter);
  if (uses.length === 0 || condition.kind === 'never') return NEVER;
  return {
    kind: 'referrers',
    uses,
    rank: linkedRank(scope, [source], condition),
    select: (limit) => {
      const p = scope.sql.alias('p');
      return `select ${p}.pid from (${someRows(scope, [source], condition, limit)}) ${p}`;
    },
    contains: (referrer) => probe(scope, condition, referrer),
  };
}
