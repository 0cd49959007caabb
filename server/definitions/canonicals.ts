import type { JsonObject } from '../kernel/json.ts';
import type { CodeSystemFacts } from './code-system-facts.ts';

/** Resources that say how others are to be understood. They name each other by canonical url. */
export const CANONICAL_TYPES = [
  'StructureDefinition',
  'ValueSet',
  'CodeSystem',
  'ConceptMap',
  'NamingSystem',
  'Questionnaire',
] as const;

export type CanonicalType = (typeof CANONICAL_TYPES)[number];

/** A CodeSystem that is not read until somebody asks for it. */
export interface CodeSystemEntry extends CodeSystemFacts {
  readonly url: string;
  readonly version: string | undefined;
  readonly status: string | undefined;
  load(): JsonObject;
}

/**
 * The canonical resources of this server as they are now: those of R4, those of installed packages, those that clients
 * stored. One set of them never changes: a change makes a new set with a new `version`, so that whatever was compiled
 * from the old one can be kept with it and be dropped with it.
 */
export interface Canonicals {
  /** Differs whenever the content differs. */
  readonly version: number;
  /**
   * By `url` or `url|version`. Without a version: the newest, active ones before drafts, drafts before retired ones.
   * A version may be given in part (`7.0` finds 7.0.0 when there is no 7.0). A fragment (`#…`) is not looked at.
   * https://hl7.org/fhir/R4/references.html#canonical
   */
  find(type: CanonicalType, canonical: string): JsonObject | undefined;
  /** All versions of all urls, those that clients stored before those of R4. */
  all(type: CanonicalType): Iterable<JsonObject>;
  /** All versions of all CodeSystems, in the order of `all`, without reading them. */
  codeSystems(): Iterable<CodeSystemEntry>;
}
