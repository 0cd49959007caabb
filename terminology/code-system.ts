import type { JsonObject, JsonValue } from '../server/kernel/json.ts';

export interface Designation {
  readonly language?: string;
  readonly use?: JsonObject;
  readonly value: string;
  /** Canonical of the supplement that it comes from. */
  readonly source?: string;
  readonly extension?: readonly JsonObject[];
}

export interface ConceptProperty {
  readonly code: string;
  /** `valueCode`, `valueString`, `valueInteger`, `valueBoolean`, `valueDateTime`, `valueDecimal`, `valueCoding` */
  readonly type: string;
  readonly value: JsonValue;
  /** The digits of a number as they are written. */
  readonly digits?: string;
}

export interface Concept {
  readonly code: string;
  readonly display?: string;
  readonly definition?: string;
  readonly isInactive: boolean;
  /** Why it is inactive, or `deprecated` though active: `retired`, `withdrawn`, … */
  readonly status?: string;
  /** Not to be chosen: it only groups others. */
  readonly isAbstract: boolean;
  readonly designations: readonly Designation[];
  readonly properties: readonly ConceptProperty[];
  readonly extension?: readonly JsonObject[];
}

/** `ValueSet.compose.include.filter`. https://hl7.org/fhir/R4/valueset-filter-operator.html */
export interface ConceptFilter {
  readonly property: string;
  /** `=`, `is-a`, `descendent-of`, `is-not-a`, `regex`, `in`, `not-in`, `generalizes`, `exists`, `child-of`, … */
  readonly op: string;
  readonly value: string;
}

export interface ConceptQuery {
  /** All must hold. */
  readonly filters: readonly ConceptFilter[];
  /** Words that a person typed: all must begin a word of a display or designation. */
  readonly text?: string;
  /** Best display language first. */
  readonly languages?: readonly string[];
  readonly isActiveOnly: boolean;
  readonly offset: number;
  readonly count: number;
}

export interface ConceptPage {
  readonly concepts: readonly Concept[];
  /** Undefined when counting would cost more than the page. */
  readonly total?: number;
  readonly hasMore: boolean;
  /** The system is a grammar: these are of its usual codes, and there is no list of all. */
  readonly isOpen?: true;
}

/**
 * One version of a code system, wherever its concepts are: in a CodeSystem resource, in the database, or computed.
 * https://hl7.org/fhir/R4/codesystem.html
 */
export interface CodeSystem {
  readonly url: string;
  readonly version: string | undefined;
  readonly content: 'complete' | 'fragment' | 'example' | 'supplement' | 'not-present';
  readonly isCaseSensitive: boolean;
  /** The CodeSystem resource without its concepts. */
  readonly header: JsonObject;
  /** Displays are not those of the system's owner: another one is not wrong. */
  readonly hasFreeDisplays?: true;
  /** Those of the codes that exist, under the code as asked for (a case-insensitive system may spell it otherwise). */
  find(codes: readonly string[]): Promise<ReadonlyMap<string, Concept>>;
  parents(code: string): Promise<readonly string[]>;
  children(code: string): Promise<readonly string[]>;
  /** Whether `code` is below `ancestor`, at any distance, or is it. */
  isBelow(ancestor: string, code: string): Promise<boolean>;
  /**
   * Of the codes those that all filters select.
   * @throws Fault `terminology.filter` (422, not-supported) for a filter that the system does not have
   */
  matching(codes: readonly string[], filters: readonly ConceptFilter[]): Promise<ReadonlySet<string>>;
  /**
   * With a text: best first. Without: in the order of the system.
   * @throws Fault as `matching`; `terminology.infinite` (422, too-costly) when the codes cannot be listed (grammars)
   */
  select(query: ConceptQuery): Promise<ConceptPage>;
}

/** A code system in memory, which answers at once. */
export interface InstantCodeSystem extends CodeSystem {
  conceptOf(code: string): Concept | undefined;
  /** All of them in their order; not of a grammar. */
  codes?(): readonly string[];
  /**
   * Whether a code is selected by all filters.
   * @throws Fault as `matching`
   */
  selector(filters: readonly ConceptFilter[]): (code: string) => boolean;
}

/** Where code systems come from; several sources stand behind each other. */
export interface CodeSystemSource {
  /** Without a version the newest. Undefined: not held. */
  codeSystem(url: string, version: string | undefined): Promise<CodeSystem | undefined>;
  /** Versions held, newest first; empty: none. */
  versions(url: string): Promise<readonly string[]>;
}
