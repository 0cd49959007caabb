import type { JsonObject } from '../kernel/json.ts';
import type { CodeSets, SetMember } from '../search/parse/code-sets.ts';
import type { Queryable } from '../storage/db.ts';

/** An operation of terminology as it was called. */
export interface TerminologyCall {
  /** `Parameters.parameter`, whether the request came as URL or as body. */
  readonly parameters: readonly JsonObject[];
  /** The resource on which it was called: a ValueSet, CodeSystem or ConceptMap. */
  readonly instance?: JsonObject;
  /** The type at whose address it was called; undefined on the system. */
  readonly type?: string;
  /** Accept-Language, for displays when there is no displayLanguage. */
  readonly acceptLanguage?: string;
}

/** Whose named closure tables are meant, and where they are. */
export interface ClosurePlace {
  readonly db: Queryable;
  readonly tenant: number;
  /** Milliseconds. */
  now(): number;
}

export interface SearchTerminology extends CodeSets {
  /** As of CodeSets; of a canonical or of a ValueSet at hand. */
  valueSet(valueSet: string | JsonObject, limit: number): Promise<readonly SetMember[]>;
}

/**
 * Terminology as the REST interface asks for it: FHIR in, FHIR out; filled by boot.
 * All throw a Fault for what the caller can act on. https://hl7.org/fhir/R4/terminology-service.html
 */
export interface TerminologyPort {
  /** A ValueSet with its expansion. */
  expand(call: TerminologyCall): Promise<JsonObject>;
  /** Parameters: result, message, display, …, of a code and a ValueSet. */
  validateInValueSet(call: TerminologyCall): Promise<JsonObject>;
  /** Parameters: result, message, display, …, of a code and its CodeSystem. */
  validateInCodeSystem(call: TerminologyCall): Promise<JsonObject>;
  /** Parameters with one `validation` for each asked. */
  batchValidate(call: TerminologyCall): Promise<JsonObject>;
  lookup(call: TerminologyCall): Promise<JsonObject>;
  subsumes(call: TerminologyCall): Promise<JsonObject>;
  findMatches(call: TerminologyCall): Promise<JsonObject>;
  /** Parameters: result, message, match. */
  translate(call: TerminologyCall): Promise<JsonObject>;
  /** A ConceptMap of what is new in a named closure table. */
  closure(call: TerminologyCall, place: ClosurePlace): Promise<JsonObject>;
  /**
   * TerminologyCapabilities without `date`, `version` and `implementation`.
   * @param expansionParameters names of the parameters that `$expand` takes
   */
  capabilities(expansionParameters: readonly string[]): Promise<JsonObject>;
  /** What search finds by `:in`, `:not-in`, `:above` and `:below`. */
  readonly search: SearchTerminology;
}
