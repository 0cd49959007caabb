import type { Fault } from '../kernel/fault.ts';
import type { Stored, TypeName } from './resource.ts';

/** SQL on the projection's own tables, which `@name` stands for. Modules write no other SQL; on their tenant's connection it would reach no other tenant. */
export interface ProjectionTables {
  /** The number of the tenant whose rows are written; every table has it as column `tenant` in its primary key. */
  readonly tenant: number;
  query<R>(text: string, values?: readonly unknown[]): Promise<R[]>;
}

/** Of one resource: `before` undefined for a new one, `after` for a deleted one. */
export interface Image<T extends TypeName> {
  readonly before: Stored<T> | undefined;
  readonly after: Stored<T> | undefined;
}

/**
 * Tables of a module, for an invariant or a report: written in the transaction of each change, never by clients, and a
 * function of the live resources alone (adding what `after` contributes, taking away what `before` contributed), so that
 * rebuilding from them gives the same rows.
 */
export interface Projection<T extends TypeName = TypeName> {
  /** `module.name`, in small letters, digits and `-`: `supply.stock`, whose tables are in the schema `module_supply_stock`. */
  readonly name: string;
  /** Raised when tables or `project` change: the next start rebuilds it. */
  readonly version: number;
  readonly on: readonly T[];
  /** `create table @stock_balance (tenant smallint not null, …, primary key (tenant, …))`; each table is named by `@`. */
  readonly ddl: string;
  /** Tables, in the order in which they are created. */
  readonly tables: readonly string[];
  /** All changes of a statement or Bundle together, in the order of their identities; the resources cannot be changed. */
  project(images: readonly Image<T>[], tables: ProjectionTables): Promise<void>;
  /** Which fault a violated constraint means, by its name: 409 or 422. Constraints that are deferred cannot be told so. */
  readonly constraints?: Readonly<Record<string, () => Fault>>;
}

export function defineProjection<T extends TypeName>(projection: Projection<T>): Projection {
  return projection;
}
