import type { Definitions } from '../../definitions/definitions.ts';
import type { ReferenceReader } from '../index/reference-target.ts';
import type { SearchRegistry } from '../registry-types.ts';
import type { KnownCodeSets } from './code-sets.ts';

export interface SearchInput {
  /** Undefined: search on the system, over the types of `_type` or over all. */
  readonly resourceType: string | undefined;
  /** Query string without `?`, percent-encoded; the pairs of a POST `_search` form follow with `&`. */
  readonly query: string;
  /** `Prefer: handling=lenient`: what is unknown or malformed becomes a warning. */
  readonly lenient: boolean;
  readonly registry: SearchRegistry;
  readonly definitions: Definitions;
  /** Own base URL without a slash at the end; references below it count as relative. */
  readonly baseUrl: string;
  /** Page size without `_count`. */
  readonly defaultCount: number;
  /** `_count` above it is reduced to it. */
  readonly maxCount: number;
  /** Values that one parameter may list, separated by commas. */
  readonly maxValues: number;
  /** Without them only the value sets and hierarchies of the definitions are known. */
  readonly codeSets?: KnownCodeSets;
}

/** What the parts of one query share. */
export interface Scope {
  readonly registry: SearchRegistry;
  readonly definitions: Definitions;
  readonly readReference: ReferenceReader;
  readonly maxValues: number;
  readonly codeSets: KnownCodeSets | undefined;
  /** Links of chains so far, see chain.ts. */
  links: number;
  /** See cost.ts. */
  cost: number;
}
