/** What happens to accounts and sessions, for the audit trail. Never holds passwords, codes, links or tokens. */
export interface SignInEvent {
  readonly kind: SignInEventKind;
  readonly outcome: 'success' | 'failure';
  /** Milliseconds. */
  readonly at: number;
  /** Undefined when what was entered names no account; it is not told then, because it may be a password. */
  readonly account?: string;
  readonly login?: string;
  /** Of the session's membership, once it is chosen. */
  readonly tenant?: number;
  readonly fhirUser?: string;
  /** Id of the browser's session. */
  readonly session?: string;
  /** https://www.rfc-editor.org/rfc/rfc8176 */
  readonly methods?: readonly string[];
  /** Who did it to the account, when it was not the person themself: account of an administrator, or `server` for the command line. */
  readonly by?: string;
  readonly ip?: string;
  /** What is worth knowing beyond the kind: `wrong password`, `locked`, `tenant 3`, … One of few constant texts with numbers. */
  readonly detail?: string;
}

export type SignInEventKind =
  /** Also of a failed try. */
  | 'sign-in'
  /** A second factor was asked for and given, at sign-in or again later. */
  | 'second-factor'
  | 'sign-out'
  /** Too many failures: password or second factor are refused for a while. */
  | 'locked'
  | 'unlocked'
  | 'password-changed'
  | 'password-reset-requested'
  | 'password-reset'
  | 'factor-added'
  | 'factor-removed'
  | 'recovery-codes-made'
  | 'recovery-code-used'
  | 'identity-linked'
  | 'identity-unlinked'
  | 'account-created'
  | 'account-invited'
  | 'account-disabled'
  | 'account-enabled'
  | 'membership-granted'
  | 'membership-revoked'
  | 'role-granted'
  | 'role-revoked'
  | 'sessions-ended';

/** Resolves when the event is kept; while it cannot be, nothing is let in: rejects with 503. */
export type OnSignInEvent = (event: SignInEvent) => Promise<void>;
