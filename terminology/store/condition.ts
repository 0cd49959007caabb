import { fault } from '../../server/kernel/fault.ts';
import type { ReleaseContent } from './release.ts';
import type { ReleaseTables } from './release-tables.ts';

/** SQL that is true for the rows of `concept`, under an alias, that are selected. */
export type Condition = (alias: string) => string;

/** What conditions of one statement share. */
export interface Scope {
  readonly tables: ReleaseTables;
  readonly content: ReleaseContent;
  /** A parameter of the statement; the type names how PostgreSQL reads it. */
  bind(value: unknown, type: string): string;
  /** A name for a table that no other part of the statement uses. */
  alias(): string;
  /** Counts one more part of the statement, or what is as dear as so many. @throws Fault `terminology.filter` 422 when there are too many */
  countPart(weight?: number): void;
  /** Number of the concept; {@link NO_CONCEPT} when the release does not have the code. */
  idOf(code: string): number;
}

/** No concept has this number. */
const NO_CONCEPT = -1;
/** Some operators need their operand twice, so that a short expression can become a long statement. */
const MOST_PARTS = 2000;

/** Concepts by a description of them: what must be looked up before, and the SQL. */
export interface Selection {
  /** Codes whose numbers the condition asks for. */
  readonly codes: readonly string[];
  condition(scope: Scope): Condition;
}

export function scopeOf(
  tables: ReleaseTables,
  content: ReleaseContent,
  ids: ReadonlyMap<string, number>,
): Scope & { readonly values: unknown[] } {
  const values: unknown[] = [];
  let aliases = 0;
  let parts = 0;
  return {
    tables,
    content,
    values,
    bind: (value, type) => `$${values.push(value)}::${type}`,
    alias: () => `t${(aliases += 1)}`,
    countPart(weight = 1) {
      parts += weight;
      if (parts > MOST_PARTS) {
        const text = 'The expression has too many sets within sets; ask for parts of it one by one.';
        throw fault('terminology.filter', 422, 'too-costly', text);
      }
    },
    idOf: (code) => ids.get(code) ?? NO_CONCEPT,
  };
}

export function all(conditions: readonly Condition[]): Condition {
  if (conditions.length === 0) return () => 'true';
  return (alias) => conditions.map((condition) => `(${condition(alias)})`).join(' and ');
}

export function not(condition: Condition): Condition {
  return (alias) => `not (${condition(alias)})`;
}

/** The concept and all below it. */
export function selfOrBelow(id: number): Condition {
  return (alias) => `${alias}.lineage @> '{${id}}'::integer[]`;
}

export function below(id: number): Condition {
  return (alias) => `${alias}.lineage @> '{${id}}'::integer[] and ${alias}.id <> ${id}`;
}

export function childOf(id: number): Condition {
  return (alias) => `${alias}.parents @> '{${id}}'::integer[]`;
}

export function selfOrAbove(scope: Scope, id: number): Condition {
  return (alias) => `${alias}.id = any(array(select unnest(lineage) from ${scope.tables.concept} where id = ${id}))`;
}

export function parentOf(scope: Scope, id: number): Condition {
  return (alias) => `${alias}.id = any(array(select unnest(parents) from ${scope.tables.concept} where id = ${id}))`;
}

/** Members of a reference set. */
export function memberOf(scope: Scope, refset: number): Condition {
  const { tables, alias: next } = scope;
  const m = next();
  return (alias) => `${alias}.id in (select ${m}.concept from ${tables.member} ${m} where ${m}.refset = ${refset})`;
}
