import { inSlots, keyOfTarget, slotNumbers, type ReferrersCondition, type TargetsCondition } from './condition.ts';
import { resourceSubject, rowSubject, type Scope } from './scope.ts';
import { collected, ordered, type Source } from './source.ts';

/** The set first, then for each of its resources the newest that refer to it. */
export function targetsSource(scope: Scope, condition: TargetsCondition): Source {
  const { sql } = scope;
  const [slot = 0, ...others] = slotNumbers(scope, condition.uses);
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
    // An encounter has ten observations, a patient a hundred.
    fanOut: 10,
    rows: all.rows,
    bounded(cap) {
      const c = sql.once(condition.select(String(cap)));
      return { count: `(select count(*) from ${c})`, source: walks(() => c) };
    },
  };
}

/** The set first, then the resources that it refers to. */
export function referrersSource(scope: Scope, types: readonly string[], condition: ReferrersCondition): Source {
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
    fanOut: 1,
    rows: (rest, page) => from(`(${condition.select(undefined)})`).rows(rest, page),
    bounded(cap) {
      const c = sql.once(condition.select(String(cap)));
      return { count: `(select count(*) from ${c})`, source: from(c) };
    },
  };
}
