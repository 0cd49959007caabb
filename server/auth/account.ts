import type { IncomingMessage } from 'node:http';

/** A person who may sign in. In each tenant that they belong to they are a Practitioner, Patient or RelatedPerson there. */
export interface Account {
  /** UUID. */
  readonly id: string;
  /** Mail address or user name; unique in the installation, compared without case. */
  readonly login: string;
  /** Milliseconds: tokens that were issued before are void (password reset, disabled, signed out everywhere). */
  readonly validSince: number;
  readonly memberships: readonly Membership[];
}

/** Belonging to a tenant; to further ones by explicit grant, with an end. */
export interface Membership {
  readonly tenant: number;
  /** `Practitioner/1`, `Patient/2`, `RelatedPerson/3`. */
  readonly fhirUser: string;
  /** Of a Practitioner: codes of their active PractitionerRoles; `patient` and `proxy` by the kind of user. */
  readonly roles: readonly string[];
}

/** A signed-in browser. */
export interface Session {
  readonly id: string;
  readonly account: Account;
  /** The membership that was chosen at sign-in; the only one when there is one. */
  readonly membership: Membership;
  /** https://www.rfc-editor.org/rfc/rfc8176: `pwd`, `otp`, `hwk`, `mfa`, `fed` */
  readonly methods: readonly string[];
  /** Milliseconds. */
  readonly signedIn: number;
  readonly secondFactor?: number;
  /** To be carried by every form of this browser. */
  readonly csrfToken: string;
}

/** What the authorization server asks of users and sessions. */
export interface SignIn {
  /** The live session of a browser's request (cookie), prolonged by it. */
  sessionOf(request: IncomingMessage): Promise<Session | undefined>;
  /** Where a browser signs in, or proves itself again; it comes back to `returnTo`, a path of this server. */
  signInUrl(returnTo: string, options?: { readonly again?: boolean; readonly secondFactor?: boolean }): string;
  /** An account that is not disabled, as it is now. */
  accountById(id: string): Promise<Account | undefined>;
  /** Whether a browser's session lives on; what was granted for as long as it does ends with it. */
  isLive(sessionId: string): Promise<boolean>;
}
