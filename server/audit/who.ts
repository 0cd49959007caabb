import type { Principal } from '../access/principal.ts';

/** Who made a request, in the columns of the audit trail. */
export interface Who {
  /** What events are found by: `Practitioner/1`, `client/ID`, `account/ID`, `server`, `anonymous`. */
  readonly agent: string;
  /** {@link WhoDetail} as JSON. */
  readonly text: string;
}

/** Everything that is known of who it was, never a token. */
export interface WhoDetail {
  readonly kind: Principal['kind'] | 'anonymous';
  readonly account?: string;
  readonly user?: string;
  readonly client?: string;
  readonly roles?: readonly string[];
  readonly purposes?: readonly string[];
  /** Hash of the token. */
  readonly token?: string;
  /** Id of the patient whose record was opened by breaking the glass. */
  readonly brokenGlass?: string;
}

export const ANONYMOUS: Who = { agent: 'anonymous', text: JSON.stringify({ kind: 'anonymous' } satisfies WhoDetail) };

const known = new WeakMap<Principal, Who>();

/** Sign-in hands out the same object for a token while nothing changes, so that this is put together once. */
export function whoIs(principal: Principal): Who {
  let who = known.get(principal);
  if (who === undefined) known.set(principal, (who = whoOf(whoDetailOf(principal))));
  return who;
}

export function whoOf(detail: WhoDetail): Who {
  const { kind, user, client, account } = detail;
  const agent =
    user ?? (account !== undefined ? `account/${account}` : client !== undefined ? `client/${client}` : kind);
  return { agent, text: JSON.stringify(detail) };
}

export function whoDetailOf({
  kind,
  account,
  fhirUser,
  client,
  roles,
  purposes,
  tokenHash,
  breakGlass,
}: Principal): WhoDetail {
  return {
    kind,
    ...(account === undefined ? {} : { account }),
    ...(fhirUser === undefined ? {} : { user: fhirUser }),
    ...(client === undefined ? {} : { client }),
    ...(roles.length === 0 ? {} : { roles }),
    ...(purposes.length === 0 ? {} : { purposes }),
    ...(tokenHash === undefined ? {} : { token: tokenHash }),
    ...(breakGlass === undefined ? {} : { brokenGlass: breakGlass.patient }),
  };
}
