import type { Issue } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ProjectionTables } from '../../sdk/projection.ts';
import type { KeptProjection } from '../../storage/projection-state.ts';
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

/** What a write without a transaction comes to, known before its statement. */
export interface Foreseen {
  /** What rules have to say of it without refusing it. */
  readonly issues: readonly Issue[];
  /** Projections in which nothing follows, as long as they are these: the statement must make sure of it. */
  readonly kept: readonly KeptProjection[];
}

/** A write needs a transaction after all, and is to be made again in one: nothing of it is decided. */
export class NeedsTransaction extends Error {
  constructor(options?: ErrorOptions) {
    super('this write needs a transaction', options);
  }
}

/**
 * The same for one write whose statement is all there is to it: nothing follows in projections, and rules look at nothing
 * but the change. That is found out by asking them; what else they would do ends the attempt.
 */
export interface LoneHooks {
  /** As {@link WriteHooks.change}. @throws NeedsTransaction also for refusals: they are the transaction's */
  change(change: ResourceChange): Promise<JsonObject>;
  /** As {@link WriteHooks.written} and {@link WriteHooks.check}, before the statement. @throws NeedsTransaction the same way */
  foresee(change: ResourceChange): Promise<Foreseen>;
}

/**
 * What modules do to every write, whichever path it takes; filled from boot. All of it happens in the transaction of the
 * write: {@link change} before the statement, {@link written} after it, {@link check} at the transaction's end.
 */
export interface WriteHooks {
  /** Whether anything of a module looks at the type; then a write of it needs a transaction. Cheap. */
  concerns(tenant: number, type: string): boolean;
  /** Whether all that looks at the type are rules that say of themselves that they look at nothing but the change. */
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
  /** For one write outside of transactions; `ctx` is its own. */
  alone(ctx: Ctx): LoneHooks;
  /** A statement found that projections are not the ones it was to keep: they are looked up again before they are kept. */
  doubt(tenant: number): void;
  /** Tables of a projection on the context's connection, to be read. @throws Error for an unknown name; Fault 503 */
  projection(ctx: Ctx, name: string): Promise<ProjectionTables>;
}
