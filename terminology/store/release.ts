import type { JsonObject } from '../../server/kernel/json.ts';

/** A property that concepts of a release have. */
export interface PropertyKind {
  /** Place in {@link ReleaseContent.kinds}: `property.kind` in the database. */
  readonly id: number;
  readonly code: string;
  /** As `CodeSystem.property.type`. */
  readonly type: 'code' | 'Coding' | 'string' | 'integer' | 'boolean' | 'dateTime' | 'decimal';
  /** The concept that stands for it (attributes of SNOMED CT). */
  readonly concept?: number;
  /** `own`: kept with the concept as JSON, at most one value; `rows`: a row per value, found by its value. */
  readonly storage: 'own' | 'rows';
}

/** What is known of a release as a whole; written when its load ends. */
export interface ReleaseContent {
  /** The CodeSystem resource without concepts. */
  readonly header: JsonObject;
  readonly kinds: readonly PropertyKind[];
  /** Codings of Designation.use, by place. */
  readonly uses: readonly JsonObject[];
  readonly isCaseSensitive: boolean;
  readonly concepts: number;
  readonly active: number;
  /** Whether concepts belong to reference sets, and expressions of ECL select them: SNOMED CT. */
  readonly hasRefsets: boolean;
  /** Whether some concept below another one is inactive: counts of descendants then hold both. */
  readonly hasInactiveBelow: boolean;
}

/** A version of a code system in the database. */
export interface Release {
  readonly id: number;
  readonly url: string;
  readonly version: string;
  readonly state: 'staging' | 'active' | 'retired' | 'removed';
  readonly content: ReleaseContent;
}
