/** System of the role names in PractitionerRole.code. */
export const ROLE_SYSTEM = 'https://athanor.health/fhir/CodeSystem/role';

/** Roles that a Practitioner may have; `patient` and `proxy` follow from the kind of user, `system` is for clients. */
export const STAFF_ROLES = [
  'administrator',
  'physician',
  'nurse',
  'pharmacist',
  'receptionist',
  'biller',
  'lab',
  'auditor',
] as const;

export type StaffRole = (typeof STAFF_ROLES)[number];

export interface PersonName {
  readonly family: string;
  readonly given: string;
}

/** Practitioners and their roles as FHIR resources of a tenant. */
export interface StaffDirectory {
  /** Codes of {@link ROLE_SYSTEM} in the PractitionerRoles that are active now; in order, none twice. */
  rolesOf(tenant: number, practitioner: string): Promise<readonly string[]>;
  /** A new Practitioner with roles, all or nothing. @returns `Practitioner/1` */
  addPractitioner(tenant: number, name: PersonName, roles: readonly StaffRole[]): Promise<string>;
  /** @returns whether they did not have it before */
  grantRole(tenant: number, practitioner: string, role: StaffRole): Promise<boolean>;
  /** @returns whether they had it */
  revokeRole(tenant: number, practitioner: string, role: StaffRole): Promise<boolean>;
  /** Of a Practitioner, Patient or RelatedPerson, for people: `Ada Lovelace`; their reference when there is no name. */
  nameOf(tenant: number, fhirUser: string): Promise<string>;
  /** Whether a Practitioner, Patient or RelatedPerson exists. */
  exists(tenant: number, fhirUser: string): Promise<boolean>;
}
