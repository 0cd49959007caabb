import { ANY_VALUE } from '../registry/noted-slots.ts';
import { inSlots, keyOfTarget, slotNumbers } from './condition.ts';
import type { Condition, InUseCondition, KeysCondition } from './condition.ts';
import type { NaturalBounds, ReferrersCondition, RowsCondition } from './condition.ts';
import { hasToken } from './rare-token.ts';
import { rowSubject, type Scope, type Subject } from './scope.ts';

/** SQL: the condition holds for the resource at hand. */
export function probe(scope: Scope, condition: Condition, subject: Subject): string {
  switch (condition.kind) {
    case 'and':
      return condition.conditions.length === 0 ? 'true' : joined(scope, condition.conditions, subject, ' and ');
    case 'or':
      return `(${joined(scope, condition.conditions, subject, ' or ')})`;
    case 'not':
      return `not (${probe(scope, condition.condition, subject)})`;
    case 'never':
      return 'false';
    case 'keys':
      return keysProbe(scope, condition, subject);
    case 'in-use':
      return inUseProbe(scope, condition, subject);
    case 'rows':
      return condition.natural === undefined
        ? rowsProbe(scope, condition, subject)
        : naturalProbe(scope, condition, condition.natural, subject);
    case 'system': {
      const alias = scope.sql.alias('x');
      return `${subject.pid} in (select ${alias}.pid from ix_token ${alias} where ${condition.where(alias)})`;
    }
    case 'targets': {
      const alias = scope.sql.alias('x');
      const where = `${alias}.pid = ${subject.pid} and ${inSlots(scope, alias, condition.uses)} and ${condition.contains(`${alias}.target`)}`;
      return exists(scope, `ix_ref ${alias}`, where);
    }
    case 'referrers':
      return referrersProbe(scope, condition, subject);
    case 'columns':
      return onResource(scope, subject, (alias) => condition.where(alias));
  }
}

function joined(scope: Scope, conditions: readonly Condition[], subject: Subject, operator: string): string {
  return conditions.map((condition) => probe(scope, condition, subject)).join(operator);
}

/** `offset 0` keeps the planner from turning the look-up into a join that reads everything before the first row comes. */
function exists({ probes }: Scope, from: string, where: string): string {
  return `exists (select from ${from} where ${where}${probes === 'nested' ? ' offset 0' : ''})`;
}

function onResource(scope: Scope, subject: Subject, where: (alias: string) => string): string {
  if (subject.resource !== undefined) return `(${where(subject.resource)})`;
  const alias = scope.sql.alias('r');
  return exists(
    scope,
    `resource ${alias}`,
    `${alias}.pid = ${subject.pid} and ${alias}.tenant = ${scope.tenant} and ${where(alias)}`,
  );
}

/** How the keys of a condition are compared: one list, or a list of pairs as a table `k`. */
export interface KeysSql {
  /** Item for FROM with columns key and detail, when there are several keys. */
  readonly from: (() => string) | undefined;
  where(alias: string): string;
  /** Whether a resource can have several of the rows. */
  readonly repeats: boolean;
}

export function keysSql({ sql }: Scope, { table, entries }: KeysCondition): KeysSql {
  const column = table === 'ix_ref' ? 'target' : 'system';
  const type = table === 'ix_ref' ? 'bigint' : 'integer';
  if (typeof entries === 'string') {
    const k = sql.alias('k');
    return { from: () => `${entries} ${k}`, where: (alias) => `${alias}.key = ${k}.key`, repeats: true };
  }
  const [first] = entries;
  if (entries.length === 1 && first !== undefined) {
    const { key, detail } = first;
    const isKey = (alias: string): string => `${alias}.key = ${sql.bind(key, 'bigint')}`;
    if (detail === undefined) return { from: undefined, where: isKey, repeats: table === 'ix_token' };
    const where = (alias: string): string => `${isKey(alias)} and ${alias}.${column} = ${sql.bind(detail, type)}`;
    return { from: undefined, where, repeats: false };
  }
  const k = sql.alias('k');
  const keys = (): string =>
    sql.list(
      entries.map(({ key }) => key),
      'bigint',
    );
  if (entries.every(({ detail }) => detail === undefined)) {
    return { from: () => `unnest(${keys()}) ${k}(key)`, where: (alias) => `${alias}.key = ${k}.key`, repeats: true };
  }
  const details = (): string =>
    sql.list(
      entries.map(({ detail }) => detail ?? null),
      type,
    );
  return {
    from: () => `unnest(${keys()}, ${details()}) ${k}(key, detail)`,
    where: (alias) => `${alias}.key = ${k}.key and (${k}.detail is null or ${alias}.${column} = ${k}.detail)`,
    repeats: true,
  };
}

/**
 * It refers to nothing around it, so that it is evaluated once, when a row is looked at first. Where the row of `resource`
 * is at hand, that tells more for less.
 */
function inUseProbe(scope: Scope, { slot }: InUseCondition, { resource }: Subject): string {
  if (resource !== undefined) return 'true';
  const u = scope.sql.alias('u');
  return `exists (select from uri_seen ${u} where ${u}.slot = ${slot} and ${u}.tenant = ${scope.tenant} and ${u}.value = '${ANY_VALUE}')`;
}

/** Every row carries sort_at, so that one descent of the index finds out. */
function keysProbe(scope: Scope, condition: KeysCondition, subject: Subject): string {
  if (condition.rare !== undefined) return hasToken(scope, condition.rare.slot, condition.rare, subject);
  const alias = scope.sql.alias('x');
  const { from, where } = keysSql(scope, condition);
  const row = `${where(alias)} and ${alias}.sort_at = ${subject.sortAt} and ${alias}.pid = ${subject.pid}`;
  return exists(scope, `${from === undefined ? '' : `${from()} cross join `}${condition.table} ${alias}`, row);
}

function rowsProbe(scope: Scope, { table, where }: RowsCondition, subject: Subject): string {
  const alias = scope.sql.alias('x');
  return exists(scope, `${table} ${alias}`, `${alias}.pid = ${subject.pid} and ${where(alias)}`);
}

/** The row of the natural date is found by its date; often sort_at alone decides. */
function naturalProbe(scope: Scope, { where }: RowsCondition, natural: NaturalBounds, subject: Subject): string {
  const alias = scope.sql.alias('x');
  const { sortAt, pid } = subject;
  const bounds = naturalBounds(natural, subject);
  const sufficient = natural.sufficient(sortAt);
  if (sufficient === 'true') return bounds;
  const row = exists(
    scope,
    `ix_date ${alias}`,
    `${alias}.low = ${sortAt} and ${alias}.pid = ${pid} and ${where(alias)}`,
  );
  return sufficient === 'false' ? `${bounds} and ${row}` : `${bounds} and (${sufficient} or ${row})`;
}

export function naturalBounds({ from, to }: NaturalBounds, { sortAt }: Subject): string {
  return to === undefined ? `${sortAt} >= ${from()}` : `${sortAt} >= ${from()} and ${sortAt} < ${to()}`;
}

/** A resource's identity is the key under which others refer to it. */
function referrersProbe(scope: Scope, { uses, contains }: ReferrersCondition, subject: Subject): string {
  const { sql } = scope;
  const x = sql.alias('x');
  const s = sql.alias('s');
  return onResource(scope, subject, (alias) =>
    exists(
      scope,
      `unnest(${sql.list(slotNumbers(scope, uses), 'bigint')}) ${s}(id) cross join ix_ref ${x}`,
      `${x}.key = ${keyOfTarget(`${s}.id`, `${alias}.ref`)} and ${x}.target = ${alias}.ref and ${contains(rowSubject(x))}`,
    ),
  );
}
