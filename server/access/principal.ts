/**
 * Who makes a request, as sign-in established it: from an access token, an API key or a session; never from what the
 * request says of itself. Everything that decides about access is here, so that equal principals may share what was decided.
 */
export interface Principal {
  readonly tenant: number;
  /** `user`: a person, through a client; `client`: a system that acts for itself; `server`: the server's own work. */
  readonly kind: 'user' | 'client' | 'server';
  /** Account of the person; undefined for clients and the server. */
  readonly account?: string;
  /** `Practitioner/1`, `Patient/2`, `RelatedPerson/3`; of a client `Device/…` when it has one. */
  readonly fhirUser?: string;
  /** OAuth client, or `api-key:ID`. */
  readonly client?: string;
  /** Names of roles as in PractitionerRole.code: `physician`, `nurse`, …; `patient` and `proxy` by the kind of user. */
  readonly roles: readonly string[];
  /** SMART scopes that were granted, as granted. Undefined: not limited by scopes; empty: nothing is granted. */
  readonly scopes?: readonly string[];
  /** Id of the patient in the launch context: limits `patient/` scopes. */
  readonly patient?: string;
  /** Codes of http://terminology.hl7.org/CodeSystem/v3-ActReason. Default of a role's grants: TREAT. */
  readonly purposes: readonly string[];
  /** Milliseconds: when the person proved who they are, and when with a second factor. */
  readonly signedIn?: number;
  readonly secondFactor?: number;
  /** Break-glass that is open for this account. */
  readonly breakGlass?: BreakGlass;
  /** Hash by which the audit trail names the token or key; never the token. */
  readonly tokenHash?: string;
}

export interface BreakGlass {
  /** Id of the one patient it opens. */
  readonly patient: string;
  readonly reason: string;
  /** Milliseconds. */
  readonly until: number;
}

/** The server itself, and everybody while sign-in is off. */
export const SERVER: Omit<Principal, 'tenant'> = { kind: 'server', roles: [], purposes: [] };
