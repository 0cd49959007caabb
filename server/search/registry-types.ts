/**
 * What is searchable. A *slot* is physical: one path of one resource type, indexed once. A *parameter* is logical: what
 * clients name in a URL. Aliases (`patient`/`subject`), unions (`combo-code`) and parts (`name` over family, given, …)
 * are parameters over the same slots, so each value is stored once.
 */
export type SearchParamType =
  'string' | 'token' | 'reference' | 'date' | 'number' | 'quantity' | 'uri' | 'composite' | 'special';

/** Which index table a slot's rows go to: uri values are token rows plus the uri dictionary; number is a unitless quantity. */
export type SlotKind = 'token' | 'ref' | 'date' | 'quantity' | 'number' | 'string' | 'position' | 'uri';

export interface Slot {
  /** 1 … 32767, stable for the life of a database (table search_slot). */
  readonly id: number;
  readonly resourceType: string;
  /** Unique per type, readable: the path it indexes, e.g. `code`, `name.family`, `component#code$value:quantity`. */
  readonly name: string;
  readonly kind: SlotKind;
  /** Bit of resource.present. */
  readonly ordinal: number;
}

/** One way in which a parameter reads a slot. */
export interface SlotUse {
  readonly slot: Slot;
  /** Only references to these types (`patient` reads the rows of `subject` that point to a Patient). */
  readonly targetTypes?: readonly string[];
  /** Only rows with this system (`email` reads the telecom rows whose system is `email`). */
  readonly system?: string;
  /**
   * Set beside `targetTypes` and `system`: a slot without rows whose bit of resource.present tells whether the slot has
   * any row of that kind, for `:missing`. Absent: the slot's own bit does.
   */
  readonly presence?: Slot;
}

/** How a composite is answered; alternatives are OR-ed (combo-… has two). */
export type CompositePlan =
  /** All components stand on the resource's root element once: the composite equals the conjunction of its parts. */
  | { readonly kind: 'and'; readonly parts: readonly SearchParam[] }
  /**
   * Own rows, made per occurrence. All components but the last are tokens hashed into the key (see compositeKey in
   * index/composite.ts); the last component decides the table. Parts have no slots of their own. Where the last two
   * components are numbers (MolecularSequence: chromosome$start$end) the row holds the first in low = high and the second
   * in canonical_low = canonical_high.
   */
  | { readonly kind: 'rows'; readonly slot: Slot; readonly parts: readonly SearchParam[] };

export interface SearchParam {
  readonly code: string;
  readonly type: SearchParamType;
  readonly resourceType: string;
  /** Canonical of the SearchParameter. */
  readonly url: string;
  readonly slots: readonly SlotUse[];
  /** reference: the types it may point to. */
  readonly targets: readonly string[];
  readonly composite?: readonly CompositePlan[];
  /**
   * token on `code` elements: the system that the element's required binding implies, so that `status=system|final`
   * matches although rows carry no system.
   */
  readonly impliedSystem?: string;
  /** date: the lower end of its value is the row's sort_at, so `_sort` by it walks the index. */
  readonly naturalSort: boolean;
  /** `indexing`: rows are being built; a search by it is refused until then. */
  readonly status: 'active' | 'indexing';
  /** Percentage of the resources indexed so far; only while `status` is `indexing`. */
  readonly progress?: number;
}

/** The parameters that run, by resource type. Replaced as a whole when a SearchParameter is added. */
export interface SearchRegistry {
  /** The parameter, or undefined when the type has none of that code. `_id`, `_lastUpdated` and control parameters are not in here. */
  param(resourceType: string, code: string): SearchParam | undefined;
  /** All parameters of the type, sorted by code; for error texts, CapabilityStatement and includes. */
  params(resourceType: string): readonly SearchParam[];
  slots(resourceType: string): readonly Slot[];
  /** Reference parameters that define the compartment membership of `resourceType`, per CompartmentDefinition. */
  compartmentParams(compartment: string, resourceType: string): readonly SearchParam[];
}
