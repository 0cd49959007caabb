import type { Definitions } from '../../definitions/definitions.ts';
import type { Hasher } from '../index/key.ts';
import type { SearchRegistry } from '../registry-types.ts';
import { createSql, type Sql } from './sql.ts';

/** What a compilation needs to know; of one tenant and one moment. */
export interface CompileContext {
  readonly hasher: Hasher;
  readonly definitions: Definitions;
  readonly registry: SearchRegistry;
  /** Milliseconds: `ap` on dates widens by a tenth of the gap to it. */
  readonly now: number;
}

/** The compilation of one statement. */
export interface Scope extends CompileContext {
  readonly sql: Sql;
  /** Placeholder of the tenant. */
  readonly tenant: string;
  /**
   * `nested`: conditions on a row at hand are looked up row by row, so that a walk can stop at the page.
   * `joined`: the planner may turn them into joins, for what reads all rows anyway.
   */
  readonly probes: 'nested' | 'joined';
  /**
   * When it is there, slots whose use is noted (registry/noted-slots.ts) are taken for unused and added, as they stand in
   * keys: the statement has to find out that it is so (unused-slots.ts).
   */
  readonly unused?: Set<number>;
  /** Of a search for contained resources: the scope of those that stand alone, to which references lead. */
  readonly linked?: Scope;
}

export function createScope(
  context: CompileContext,
  probes: Scope['probes'],
  sql: Sql = createSql(probes === 'nested'),
  unused?: Set<number>,
): Scope {
  const { hasher, definitions, registry, now } = context;
  return {
    hasher,
    definitions,
    registry,
    now,
    sql,
    probes,
    ...(unused === undefined ? {} : { unused }),
    get tenant() {
      return sql.bind(hasher.tenant, 'smallint');
    },
  };
}

/** The same search among contained resources, which have keys and type numbers of their own. */
export function containedScope(scope: Scope): Scope {
  const { hasher, definitions, registry, now, sql, probes } = scope;
  return {
    hasher: hasher.contained(),
    definitions,
    registry,
    now,
    sql,
    probes,
    linked: scope,
    // Bound when SQL is made of it: a value that is not used would be an error.
    get tenant() {
      return scope.tenant;
    },
  };
}

/** The type as it stands in resource.type. */
export function typeNumber({ definitions, linked }: Scope, type: string): number {
  return linked === undefined ? definitions.typeId(type) : -definitions.typeId(type);
}

/** The row that a condition is asked about: SQL expressions. */
export interface Subject {
  readonly pid: string;
  readonly sortAt: string;
  /** Alias of table `resource`, when that row is at hand. */
  readonly resource?: string;
}

export function rowSubject(alias: string): Subject {
  return { pid: `${alias}.pid`, sortAt: `${alias}.sort_at` };
}

export function resourceSubject(alias: string): Subject {
  return { ...rowSubject(alias), resource: alias };
}
