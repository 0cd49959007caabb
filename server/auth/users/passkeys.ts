import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server';
import type { Queryable } from '../../storage/db.ts';
import { consumeToken, issueToken } from './one-time-token.ts';
import type { StoredAccount } from './stored-account.ts';
import type { UserContext } from './user-context.ts';

/** https://www.w3.org/TR/webauthn-3/ – the device checks the person (PIN, finger), so a passkey is two factors in one. */
export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly created: number;
  readonly used: number | undefined;
}

type PasskeyContext = Pick<UserContext, 'db' | 'now'>;

/** What the browser is asked for when a passkey is added. */
export async function registrationOptions(
  { db, now }: PasskeyContext,
  account: StoredAccount,
  origin: string,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const known = await db.query<{ id: string }>({
    text: 'select id from account_passkey where account = $1',
    values: [account.id],
  });
  const challenge = await issueToken(db, 'passkey-registration', { account: account.id, data: {} }, now());
  return generateRegistrationOptions({
    rpName: 'Athanor',
    rpID: new URL(origin).hostname,
    userName: account.login,
    userID: new TextEncoder().encode(account.id),
    challenge: bytesOf(challenge),
    attestationType: 'none',
    excludeCredentials: known,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
}

/** @returns whether what the browser answered was right and the passkey is stored */
export async function registerPasskey(
  { db, now }: PasskeyContext,
  account: StoredAccount,
  origin: string,
  response: RegistrationResponseJSON,
  name: string,
): Promise<boolean> {
  const result = await verifyRegistrationResponse({
    response,
    expectedChallenge: async (challenge) =>
      (await consumeToken(db, 'passkey-registration', challenge, now()))?.account === account.id,
    expectedOrigin: origin,
    expectedRPID: new URL(origin).hostname,
    requireUserVerification: true,
  }).catch(() => undefined);
  if (result?.verified !== true) return false;
  const { id, publicKey, counter, transports = [] } = result.registrationInfo.credential;
  const rows = await db.query({
    text: `insert into account_passkey (id, account, name, public_key, counter, transports, created)
values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing returning id`,
    values: [id, account.id, name, Buffer.from(publicKey), counter, transports, now()],
  });
  return rows.length === 1;
}

/** What the browser is asked for when somebody signs in; it says itself whose passkey it found. */
export async function signInOptions(
  { db, now }: PasskeyContext,
  origin: string,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const challenge = await issueToken(db, 'passkey-sign-in', { account: undefined, data: {} }, now());
  return generateAuthenticationOptions({
    rpID: new URL(origin).hostname,
    userVerification: 'required',
    challenge: bytesOf(challenge),
  });
}

/** The account whose passkey answered; undefined when it is unknown, copied (its counter fell), or the answer is wrong. */
export async function checkPasskey(
  { db, now }: PasskeyContext,
  origin: string,
  response: AuthenticationResponseJSON,
): Promise<string | undefined> {
  const [row] = await db.query<{ account: string; public_key: Buffer; counter: number; transports: string[] }>({
    text: 'select account, public_key, counter, transports from account_passkey where id = $1',
    values: [response.id],
  });
  if (row === undefined) return undefined;
  const result = await verifyAuthenticationResponse({
    response,
    expectedChallenge: async (challenge) => (await consumeToken(db, 'passkey-sign-in', challenge, now())) !== undefined,
    expectedOrigin: origin,
    expectedRPID: new URL(origin).hostname,
    credential: {
      id: response.id,
      publicKey: new Uint8Array(row.public_key),
      counter: row.counter,
      transports: row.transports,
    },
    requireUserVerification: true,
  }).catch(() => undefined);
  if (result?.verified !== true) return undefined;
  const { newCounter } = result.authenticationInfo;
  // Another answer of the same authenticator may have come in meanwhile. Many authenticators do not count: always 0.
  const rows = await db.query({
    text: `update account_passkey set counter = $2, used = $3
where id = $1 and (counter < $2 or (counter = 0 and $2 = 0)) returning id`,
    values: [response.id, newCounter, now()],
  });
  return rows.length === 1 ? row.account : undefined;
}

/** In the order in which they were added. */
export async function listPasskeys(db: Queryable, account: string): Promise<readonly Passkey[]> {
  const rows = await db.query<{ id: string; name: string; created: number; used: number | null }>({
    text: 'select id, name, created, used from account_passkey where account = $1 order by created',
    values: [account],
  });
  return rows.map((row) => ({ ...row, used: row.used ?? undefined }));
}

/** Challenges travel as base64url of their bytes, which is what tokens are written as. */
function bytesOf(challenge: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(challenge, 'base64url'));
}
