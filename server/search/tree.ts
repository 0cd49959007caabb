import type { Issue } from '../kernel/fault.ts';
import type { SearchParam } from './registry-types.ts';

/** What a search URL means: made by parse/, turned into SQL by compile/, evaluated in memory by tests and subscriptions. */
export interface SearchTree {
  /** Types that are searched, at least one; several for a search on the system. */
  readonly types: readonly string[];
  /** All must hold. */
  readonly filters: readonly Filter[];
  /** Empty: the type's natural date, newest first (then the newer pid first). */
  readonly sort: readonly SortKey[];
  /** Page size; 0 asks for the total alone. */
  readonly count: number;
  readonly total: 'none' | 'estimate' | 'accurate';
  readonly includes: readonly Include[];
  readonly summary: 'true' | 'text' | 'data' | 'count' | 'false';
  /** `_elements`; empty = everything. */
  readonly elements: readonly string[];
  readonly contained: 'false' | 'true' | 'both';
  readonly containedType: 'container' | 'contained';
  /** Opaque value of the `_cursor` parameter: continues behind the last row of an earlier page. */
  readonly cursor: string | undefined;
  readonly explain: boolean;
  /** The parameters that were understood, as a query string without `?` and without `_cursor`: for Bundle.link self. */
  readonly self: string;
  /** What `handling=lenient` left out, one warning each. */
  readonly warnings: readonly Issue[];
}

/** A condition on one resource. */
export type Filter =
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | ParamFilter
  | MissingFilter
  | ChainFilter
  | HasFilter
  /** `_id`: any of them. */
  | { readonly kind: 'id'; readonly ids: readonly string[] }
  /** `_lastUpdated`: any of the tests. */
  | { readonly kind: 'updated'; readonly tests: readonly DateTest[] }
  /** `_list=42`: members of List/42; of `$current-…` lists parse/ says that they are not supported. */
  | { readonly kind: 'list'; readonly ids: readonly string[] }
  /** `_text`: words in the narrative; `_content`: words anywhere. Any of the values, each with all of its words. */
  | { readonly kind: 'narrative' | 'content'; readonly values: readonly string[] }
  | CompartmentFilter
  /** A Binary without securityContext; with one it is accessible as the resource named there is. Made by access/ alone. */
  | { readonly kind: 'no-context' }
  /** Of a search over several types: the filter holds for resources of its type; others do not match. */
  | { readonly kind: 'type'; readonly branches: readonly TypeBranch[] };

/**
 * Member of the compartment of one of the resources `compartment/id`: one of the type's compartment parameters points
 * there, or it is that resource itself.
 */
export interface CompartmentFilter {
  readonly kind: 'compartment';
  readonly compartment: string;
  readonly ids: readonly string[];
}

export interface TypeBranch {
  readonly type: string;
  readonly filter: Filter;
}

/** The resource has a value of the parameter for which one of the tests holds; `negated`: it has none. */
export interface ParamFilter {
  readonly kind: 'param';
  readonly param: SearchParam;
  readonly tests: readonly ValueTest[];
  /** `:not`, `:not-in`. */
  readonly negated: boolean;
  /** Few resources have any value: whether one has is looked at before its values are. */
  readonly isRare?: true;
}

export interface MissingFilter {
  readonly kind: 'missing';
  readonly param: SearchParam;
  readonly isMissing: boolean;
}

/** `subject:Patient.name=x`: `param` points to a resource of one of the branches' types for which that branch's filter holds. */
export interface ChainFilter {
  readonly kind: 'chain';
  readonly param: SearchParam;
  readonly branches: readonly TypeBranch[];
}

/** `_has:Observation:patient:code=x`: a resource of `param.resourceType` points here by `param`, and the filter holds for it. */
export interface HasFilter {
  readonly kind: 'has';
  readonly param: SearchParam;
  readonly filter: Filter;
}

export type ValueTest =
  | TokenTest
  | OfTypeTest
  | TextTest
  | ReferenceTest
  | DateTest
  | NumberTest
  | QuantityTest
  | StringTest
  | UriTest
  | NearTest
  | CompositeTest;

/**
 * `code`: any system; `system|code`; `|code`: system ''; `system|`: code undefined. `:in`, `:above`, `:below` are expanded
 * to plain tokens by parse/. For `impliedSystem` parameters see {@link SearchParam}.
 */
export interface TokenTest {
  readonly is: 'token';
  readonly system: string | undefined;
  readonly code: string | undefined;
}

/** `identifier:of-type=system|code|value` */
export interface OfTypeTest {
  readonly is: 'of-type';
  readonly system: string | undefined;
  readonly code: string;
  readonly value: string;
}

/** `code:text=headache`: begins a word sequence of text or display, case- and accent-insensitive. */
export interface TextTest {
  readonly is: 'text';
  readonly text: string;
}

/**
 * Any of `targets` (`Patient/123`, `http://…`, `urn:…`; as ix_ref hashes them: a bare id was spread over the possible types).
 * `:identifier` searches are `identifier` instead. `hierarchy`: also what is above or below the targets in their own
 * hierarchy (`Location.partOf`, `Organization.partOf`, …).
 */
export interface ReferenceTest {
  readonly is: 'reference';
  readonly targets: readonly string[];
  readonly identifier?: TokenTest;
  readonly hierarchy?: 'above' | 'below';
  /** The hierarchy is walked only over resources for which the filter of their type holds; of other types over none. */
  readonly within?: readonly TypeBranch[];
}

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

/** `[low, high)` in ms with the precision of the text. https://hl7.org/fhir/R4/search.html#date */
export interface DateTest {
  readonly is: 'date';
  readonly prefix: Prefix;
  readonly low: number;
  readonly high: number;
}

/** `value` as written; its precision counts for eq, ne and ap. https://hl7.org/fhir/R4/search.html#number */
export interface NumberTest {
  readonly is: 'number';
  readonly prefix: Prefix;
  readonly value: string;
}

/** `5.4|system|code`, `5.4||unit`, `5.4`. https://hl7.org/fhir/R4/search.html#quantity */
export interface QuantityTest {
  readonly is: 'quantity';
  readonly prefix: Prefix;
  readonly value: string;
  readonly system: string | undefined;
  /** Code, or where `system` is undefined code or human unit. */
  readonly code: string | undefined;
}

export interface StringTest {
  readonly is: 'string';
  readonly mode: 'starts' | 'exact' | 'contains' | 'text';
  readonly value: string;
}

export interface UriTest {
  readonly is: 'uri';
  readonly mode: 'equal' | 'below' | 'above';
  readonly value: string;
}

/** `near=latitude|longitude|distance|units`, distance in metres. */
export interface NearTest {
  readonly is: 'near';
  readonly latitude: number;
  readonly longitude: number;
  readonly metres: number;
}

/** One test per component, in the order of the composite's parts. */
export interface CompositeTest {
  readonly is: 'composite';
  readonly parts: readonly ValueTest[];
}

export interface SortKey {
  /** `_id` and `_lastUpdated` are columns; otherwise the parameter. */
  readonly by: '_id' | '_lastUpdated' | SearchParam;
  readonly descending: boolean;
}

/** `_include=Observation:subject:Patient`, `_revinclude:iterate=Provenance:target`, `_include=*`. */
export interface Include {
  readonly direction: 'include' | 'revinclude';
  readonly iterate: boolean;
  /** Type that holds the reference. */
  readonly source: string;
  /** Reference parameters that are followed; a wildcard lists all of them. */
  readonly params: readonly SearchParam[];
  /** Only targets of this type. */
  readonly target: string | undefined;
}
