import type { SearchParam, SlotUse } from '../registry-types.ts';
import type { ReferenceTest } from '../tree.ts';
import { inSlots, keyOfTarget, NEVER, slotNumbers, type CompileFilter, type Condition } from './condition.ts';
import { probe } from './probe.ts';
import { RANK } from './rank.ts';
import { resourceSubject, type Scope } from './scope.ts';

/**
 * `location:below=Location/1`: the reference leads to the target, or to what is part of it, however deep; `:above` to the
 * target or what it is part of. https://hl7.org/fhir/R4/search.html#recursive
 */
export function hierarchyCondition(
  scope: Scope,
  param: SearchParam,
  { targets, within }: ReferenceTest,
  direction: 'above' | 'below',
  compile: CompileFilter,
): Condition[] {
  const byType = new Map<string, string[]>();
  for (const target of targets) {
    const type = target.slice(0, Math.max(target.indexOf('/'), 0));
    byType.set(type, [...(byType.get(type) ?? []), target]);
  }
  return [...byType].flatMap(([type, texts]): Condition[] => {
    const parent = scope.registry.param(type, 'partof') ?? scope.registry.param(type, 'part-of');
    const uses = param.slots.filter(({ targetTypes }) => targetTypes?.includes(type) ?? true);
    if (parent === undefined || uses.length === 0) return [];
    const refs = texts.map((text) => scope.hasher.target(text));
    const linked = scope.linked ?? scope;
    const isWalked = (alias: string): string => {
      if (within === undefined) return '';
      const branch = within.find((candidate) => candidate.type === type);
      const condition = branch === undefined ? NEVER : compile(linked, [type], branch.filter);
      return ` and ${probe(linked, condition, resourceSubject(alias))}`;
    };
    const family = scope.sql.once(familySelect(linked, parent.slots, refs, direction, isWalked));
    return [
      {
        kind: 'targets',
        uses,
        rank: RANK.chain,
        select: (limit) => `select ref from ${family}${limit === undefined ? '' : ` limit ${limit}`}`,
        contains: (ref) => `exists (select from ${family} f where f.ref = ${ref} offset 0)`,
      },
    ];
  });
}

function familySelect(
  scope: Scope,
  parent: readonly SlotUse[],
  refs: readonly string[],
  direction: 'above' | 'below',
  isWalked: (alias: string) => string,
): string {
  const { sql } = scope;
  const start = `select unnest(${sql.list(refs, 'bigint')}) as ref`;
  const slots = (): string => `unnest(${sql.list(slotNumbers(scope, parent), 'bigint')}) s(id)`;
  const step =
    direction === 'below'
      ? `select c.ref from h cross join ${slots()} join ix_ref x on x.key = ${keyOfTarget('s.id', 'h.ref')} and x.target = h.ref ` +
        `join resource c on c.pid = x.pid and c.tenant = ${scope.tenant}${isWalked('c')}`
      : `select x.target from h join resource c on c.ref = h.ref and c.tenant = ${scope.tenant}${isWalked('c')} ` +
        `join ix_ref x on x.pid = c.pid and ${inSlots(scope, 'x', parent)}`;
  return `with recursive h(ref) as (${start} union ${step}) select ref from h`;
}
