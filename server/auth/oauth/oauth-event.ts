/** What the authorization server decided, for the audit trail. Never holds codes, tokens or secrets. */
export interface OAuthEvent {
  readonly kind: OAuthEventKind;
  readonly outcome: 'success' | 'failure';
  /** Milliseconds. */
  readonly at: number;
  readonly client?: string;
  readonly account?: string;
  readonly tenant?: number;
  readonly fhirUser?: string;
  /** Id of the patient in context. */
  readonly patient?: string;
  readonly scopes?: readonly string[];
  /** Who did it, when it was not the account itself: account of an administrator, or `server` for the command line. */
  readonly by?: string;
  readonly ip?: string;
  /** OAuth error code and what was wrong, as told to the client. */
  readonly detail?: string;
}

export type OAuthEventKind =
  /** A user agreed, or an authorization request was refused. */
  | 'authorization'
  /** Tokens were issued, or a request for them was refused. */
  | 'token'
  | 'introspection'
  | 'revocation'
  /** A launch was made out of a session. */
  | 'launch'
  /** Only of those who may not see them. */
  | 'clients-listed'
  | 'client-registered'
  | 'client-removed'
  | 'client-secret-changed'
  | 'keys-rotated';

/** Resolves when the event is kept. */
export type OnOAuthEvent = (event: OAuthEvent) => Promise<void>;
