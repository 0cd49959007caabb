import type { IncomingMessage } from 'node:http';
import type { JsonObject } from '../../kernel/json.ts';
import type { Sealer } from '../../protection/sealer.ts';
import type { Db } from '../../storage/db.ts';
import type { Session, SignIn } from '../account.ts';
import type { FetchKeys } from './client-keys.ts';
import type { OnOAuthEvent } from './oauth-event.ts';

/** A resource that a user chooses for a launch. */
export interface Choice {
  readonly id: string;
  /** By which people tell it: name and birth date, or period and reason. */
  readonly text: string;
}

/** What the pages look up among the resources that the session's user may see. At most a page full each. */
export interface Pickers {
  /** @param text part of a name or an identifier; empty: those that are most likely meant */
  findPatients(session: Session, text: string): Promise<readonly Choice[]>;
  /** One that was chosen or launched with; undefined when the user may not see it. */
  findPatient(session: Session, id: string): Promise<Choice | undefined>;
  findEncounters(session: Session, patient: string): Promise<readonly Choice[]>;
}

/** What the authorization server stands on. */
export interface OAuthOptions {
  readonly db: Db;
  /** FHIR base URL as clients see it, without a slash at the end; `/auth` is beside it, on the same origin. */
  readonly fhirBase: string;
  readonly signIn: SignIn;
  readonly sealer: Sealer;
  /** Whether a clinical scope names a type and search parameters that exist. */
  isScope(scope: string): boolean;
  readonly pickers: Pickers;
  readonly fetchKeys: FetchKeys;
  /** Whether apps may register themselves. */
  readonly hasRegistration: boolean;
  /** Whose data this server has, one per tenant: members of the user-access brands bundle. */
  organizations(): Promise<readonly JsonObject[]>;
  /** Where a request comes from, past the proxies in front. */
  ipOf(request: IncomingMessage): string;
  readonly onEvent: OnOAuthEvent;
  onError(error: unknown): void;
  readonly now: () => number;
}

/** Issuer and addresses. */
export interface Addresses {
  /** `https://ehr.example.org/auth` */
  readonly issuer: string;
  readonly fhirBase: string;
}

/** Below the issuer. */
export const ROUTES = {
  authorization: '/authorize',
  token: '/token',
  introspection: '/introspect',
  revocation: '/revoke',
  jwks: '/jwks',
} as const;

export const REGISTRATION_ROUTE = '/register';
export const MANAGEMENT_ROUTE = '/apps';
export const STYLE_ROUTE = '/smart-style.json';

export const AUTH_PATH = '/auth';

export function addressesOf(fhirBase: string): Addresses {
  return { issuer: new URL(fhirBase).origin + AUTH_PATH, fhirBase };
}
