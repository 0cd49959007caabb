import type { ChainFilter } from '../tree.ts';
import { anyOf, NEVER, type CompileFilter, type Condition } from './condition.ts';
import { probe } from './probe.ts';
import { resourceSubject, type Scope } from './scope.ts';
import { linkedRank, someRows } from './condition-source.ts';

/** `subject:Patient.name=x`: refers to a resource of one of the types for which that type's filter holds. */
export function chainCondition(scope: Scope, { param, branches }: ChainFilter, compile: CompileFilter): Condition {
  const target = scope.linked ?? scope;
  return anyOf(
    branches.map(({ type, filter }): Condition => {
      const uses = param.slots.filter(({ targetTypes }) => targetTypes?.includes(type) ?? true);
      const condition = compile(target, [type], filter);
      if (uses.length === 0 || condition.kind === 'never') return NEVER;
      const typeId = String(scope.definitions.typeId(type));
      return {
        kind: 'targets',
        uses,
        rank: linkedRank(target, [type], condition),
        select: (limit) => {
          const r = scope.sql.alias('r');
          const p = scope.sql.alias('p');
          const rows = someRows(target, [type], condition, limit);
          return `select ${r}.ref from (${rows}) ${p} join resource ${r} on ${r}.pid = ${p}.pid and ${r}.tenant = ${scope.tenant}`;
        },
        contains: (ref) => {
          const r = scope.sql.alias('r');
          const isOne = `${r}.ref = ${ref} and ${r}.tenant = ${scope.tenant} and ${r}.type = ${typeId}`;
          return `exists (select from resource ${r} where ${isOne} and ${probe(target, condition, resourceSubject(r))} offset 0)`;
        },
      };
    }),
  );
}
