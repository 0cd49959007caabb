import type { JsonObject } from '../kernel/json.ts';
import type { IndexRows } from '../search/index/row-types.ts';
import type { Filter } from '../search/tree.ts';
import { SERVER, type Principal } from './principal.ts';

/**
 * What is done to a resource. `read`: also its versions and its history; `search`: that it is found, counted, included or
 * looked at by a condition of others; `create`, `update`, `delete` as in SMART's scopes.
 */
export type Action = 'create' | 'read' | 'update' | 'delete' | 'search';

/** The resources of a type that may be acted on. */
export type Allowed = 'all' | 'none' | Filter;

/**
 * What one principal may do at one moment. Decisions are made here alone: every path that touches stored resources starts
 * from {@link Access.allowed} (as SQL, see narrow.ts) or asks {@link Access.permits}; both come from the same rules.
 */
export interface Access {
  readonly principal: Principal;
  /** Whether nothing at all is restricted or hidden: then nothing needs to be asked. */
  readonly isUnrestricted: boolean;
  allowed(type: string, action: Action): Allowed;
  /**
   * The same decision for a resource at hand, with `resourceType` and `id`.
   * @param rows its index rows, where they were made already
   */
  permits(resource: JsonObject, action: Action, rows?: IndexRows): boolean;
  /**
   * Why a new version may not be written although both versions are permitted: write constraints of the grants and
   * elements that may not be changed. Undefined: it may.
   * @param before undefined for a new resource
   * @param rows their index rows, where they were made already
   */
  refusal(
    before: JsonObject | undefined,
    after: JsonObject,
    rows?: { readonly before?: IndexRows; readonly after: IndexRows },
  ): string | undefined;
  /**
   * Element paths (`Patient.identifier`, `Observation.note`) that are hidden in some resources of the type: search
   * parameters that look at them are refused, and each resource is asked by {@link Access.hiddenIn}. Mostly empty.
   */
  hidden(type: string): readonly string[];
  /** The hidden paths of one resource. */
  hiddenIn(resource: JsonObject): readonly string[];
  /** Whether the operation may be called there; what it reads and writes is decided for itself. @param code without `$` */
  mayCall(code: string, type: string | undefined): boolean;
}

/** Everything may be done: for the server's own work, and for everybody while sign-in is off. */
export function unrestricted(tenant: number): Access {
  return {
    principal: { ...SERVER, tenant },
    isUnrestricted: true,
    allowed: () => 'all',
    permits: () => true,
    refusal: () => undefined,
    hidden: () => [],
    hiddenIn: () => [],
    mayCall: () => true,
  };
}
