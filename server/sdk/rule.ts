import type { Issue } from '../kernel/fault.ts';
import type { ClinicReader, ModuleContext } from './clinic.ts';
import type { ProjectionTables } from './projection.ts';
import type { AnyResource, ResourceOf, Stored, TypeName } from './resource.ts';

/** A change as a rule sees it. */
export interface Change<T extends TypeName> {
  readonly interaction: 'create' | 'update' | 'delete';
  readonly id: string;
  /** Undefined for a new resource. */
  readonly before: Stored<T> | undefined;
  /** Undefined for a deletion. */
  readonly after: (ResourceOf<T> & { readonly id: string }) | undefined;
}

/** What rules may do: look at everything (they protect the clinic, not the caller's view of it), in the change's transaction. */
export interface RuleContext extends ModuleContext, ClinicReader {
  /** Waits until no other transaction holds the names; until this one ends. */
  lock(...names: readonly string[]): Promise<void>;
  /** Tables of a projection as this transaction sees them, to be read. @param name `supply.stock`, of any enabled module */
  projection(name: string): Promise<ProjectionTables>;
  /** All resources that refer to it, wherever the reference stands. */
  referrers(type: TypeName, id: string): Promise<readonly AnyResource[]>;
  /** The same for all calls of `check` at the end of one transaction, and gone after them: what they look up once. */
  readonly shared: Map<string, unknown>;
}

/**
 * Holds on every path that writes: REST, Bundles, patch, conditional verbs, import, bots, HL7, operations. Runs in the
 * transaction of the change, or before a write that needs none; throws a Fault to refuse it. May be asked again for the same
 * change, and must have no effect but by its context.
 */
export interface Rule<T extends TypeName = TypeName> {
  readonly name: string;
  readonly on: T | readonly T[];
  /**
   * The rule has a `check` alone, which looks at nothing but the change and its context's time and settings. Where all rules
   * of a type are so, and no projection follows it, a write is always tried without a transaction. Others are found out.
   */
  readonly isPure?: true;
  /**
   * Before the change is written: completes the resource (server-kept elements, defaults). What it returns takes the place
   * of `after`, is validated again and stored; the type and the id stay. The images cannot be changed: return a copy. Not
   * called for deletions, nor for an update that changes nothing.
   */
  change?(change: Change<T>, context: RuleContext): Promise<ResourceOf<T> | undefined> | ResourceOf<T> | undefined;
  /**
   * At the end of the transaction, when everything that it writes is there for searches: other entries of the same Bundle
   * too. Refuses by throwing a Fault, or by returning issues (422; warnings go into the answer's outcome).
   */
  check?(change: Change<T>, context: RuleContext): Promise<readonly Issue[] | undefined> | readonly Issue[] | undefined;
}

/** @throws Error when the rule has neither `change` nor `check`, or is pure with a `change` */
export function defineRule<T extends TypeName>(rule: Rule<T>): Rule {
  if (rule.change === undefined && rule.check === undefined) throw new Error(`rule ${rule.name} does nothing`);
  if (rule.isPure === true && rule.change !== undefined)
    throw new Error(`rule ${rule.name} is pure: it has a check alone`);
  return rule;
}
