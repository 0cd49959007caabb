import type { JsonObject } from '../../../kernel/json.ts';

/** How a client proves itself at the token endpoint. https://hl7.org/fhir/smart-app-launch/authorization-best-practices.html */
export const CLIENT_AUTH = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'] as const;
export type ClientAuth = (typeof CLIENT_AUTH)[number];

/** An application that may ask for access. */
export interface Client {
  readonly id: string;
  readonly name: string;
  readonly auth: ClientAuth;
  /** Empty for a system that acts for itself. */
  readonly redirectUris: readonly string[];
  /** The most that it may be granted. */
  readonly scopes: readonly string[];
  /** Whether it may get refresh tokens. */
  readonly mayRefresh: boolean;
  /** Where an EHR launch opens it. */
  readonly launchUrl?: string;
  readonly logoUri?: string;
  /** Where its public keys are, or the keys themselves: with `private_key_jwt` one of the two. */
  readonly jwksUri?: string;
  readonly jwks?: { readonly keys: readonly JsonObject[] };
  /** Undefined: all. A system belongs to exactly one. */
  readonly tenants?: readonly number[];
  /** Of a system. */
  readonly roles: readonly string[];
  /** Origins whose scripts may call; without any those of the redirect URIs of a public client. */
  readonly corsOrigins: readonly string[];
}

/** Whether it gets tokens for itself, without a user. */
export function isSystem({ redirectUris }: Pick<Client, 'redirectUris'>): boolean {
  return redirectUris.length === 0;
}

/** Origins from which a browser may send the client's requests. */
export function originsOf({ corsOrigins, auth, redirectUris }: Client): readonly string[] {
  if (corsOrigins.length > 0) return corsOrigins;
  return auth === 'none' ? redirectUris.map((uri) => new URL(uri).origin) : [];
}
