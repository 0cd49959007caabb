import type { Issue } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ProjectionTables } from '../../sdk/projection.ts';
import type { Ctx } from '../engine.ts';

/** A change of one resource, as modules see it: whole resources with `resourceType` and `id`. */
export interface ResourceChange {
  readonly type: string;
  readonly id: string;
  readonly interaction: 'create' | 'update' | 'delete';
  readonly before: JsonObject | undefined;
  /** What is to be stored; of {@link WriteHooks.written} and {@link WriteHooks.check} what was, with versionId and lastUpdated. */
  readonly after: JsonObject | undefined;
  /** Place of the entry that wrote it; undefined outside of Bundles. */
  readonly entry: number | undefined;
}

/**
 * What modules do to every write, whichever path it takes; filled from boot. All of it happens in the transaction of the
 * write: {@link change} before the statement, {@link written} after it, {@link check} at the transaction's end.
 */
export interface WriteHooks {
  /** Whether anything of a module looks at the type; then a write of it needs a transaction. Cheap. */
  concerns(tenant: number, type: string): boolean;
  /** Whether all that looks at the type are rules that look at nothing but the change: {@link check} can be asked before the statement. */
  isPure(tenant: number, type: string): boolean;
  /** What is to be stored instead of `after`; the same object when no rule changes it. @throws Fault a refusal */
  change(ctx: Ctx, change: ResourceChange): Promise<JsonObject>;
  /** Projections follow what a statement wrote. @throws Fault of a violated constraint */
  written(ctx: Ctx, changes: readonly ResourceChange[]): Promise<void>;
  /**
   * Once before the commit, with all that the transaction wrote, in order.
   * @returns what rules had to say of a change without refusing it
   * @throws Fault a refusal
   */
  check(ctx: Ctx, changes: readonly ResourceChange[]): Promise<ReadonlyMap<ResourceChange, readonly Issue[]>>;
  /** Tables of a projection on the context's connection, to be read. @throws Error for an unknown name; Fault 503 */
  projection(ctx: Ctx, name: string): Promise<ProjectionTables>;
}
