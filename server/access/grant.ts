import type { Action } from './access.ts';

/**
 * What a role allows (or, among its denies, takes away). Everything that is stated must hold; what is not stated does not
 * limit. Resources that several grants allow may be used in every way that one of them allows.
 */
export interface Grant {
  /** Resource types. */
  readonly types: readonly string[];
  readonly interactions: readonly Action[];
  /** FHIR search without `?`, see criteria.ts. */
  readonly criteria?: string;
  /** Only members of the compartment: `Patient/%patient`. */
  readonly compartment?: GrantCompartment;
  /** Elements that are not shown: `Encounter.reasonCode`. */
  readonly hidden: readonly string[];
  /** Elements that an update may not change. */
  readonly readonly: readonly string[];
  /** FHIRPath that must be true of a write, with `%before` (empty for a new resource), `%after` and `%user`. */
  readonly writeConstraint?: string;
  /** Only for one of these purposes of use. */
  readonly purposes?: readonly string[];
  /** Minutes after the sign-in for which it holds. */
  readonly ttl?: number;
}

export interface GrantCompartment {
  readonly code: string;
  readonly variable: 'user' | 'patient' | 'careteam';
}

export type Deny = Pick<Grant, 'types' | 'interactions' | 'criteria' | 'compartment'>;

/** A role as it is shipped or as a tenant defines it. */
export interface Role {
  /** As in PractitionerRole.code; `patient`, `proxy` and `system` follow from the kind of principal. */
  readonly name: string;
  readonly title: string;
  /** What its holders act for unless they say otherwise, of http://terminology.hl7.org/CodeSystem/v3-ActReason. */
  readonly purpose: string;
  readonly grants: readonly Grant[];
  readonly denies: readonly Deny[];
  /** Codes of sensitive labels that do not keep its holders out, see labels.ts. */
  readonly clearance: readonly string[];
  /** Operations beyond those that everybody may call, without `$`; `*`: all. */
  readonly operations: readonly string[];
}
