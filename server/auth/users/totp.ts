import { Secret, TOTP } from 'otpauth';
import type { Queryable } from '../../storage/db.ts';
import { consumeToken, issueToken, peekToken } from './one-time-token.ts';
import type { StoredAccount } from './stored-account.ts';
import type { UserContext } from './user-context.ts';

const OFFERED = 'totp offer';
const SECRET_BYTES = 20;
const PERIOD = 30;

/** A secret that is not in use yet, as a person takes it over into their app. */
export interface TotpOffer {
  /** To come back with the first code. */
  readonly ticket: string;
  /** Base32. */
  readonly secret: string;
  /** https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
  readonly uri: string;
}

/** A secret that was taken over: its first code was right. */
export interface ConfirmedTotp {
  readonly secret: Buffer;
  readonly step: number;
}

type TotpContext = Pick<UserContext, 'db' | 'sealer' | 'now'>;

/** @param account undefined while it does not exist yet */
export async function offerTotp(
  { db, sealer, now }: TotpContext,
  account: string | undefined,
  label: string,
): Promise<TotpOffer> {
  const secret = new Secret({ size: SECRET_BYTES });
  const data = { secret: sealer.seal(Buffer.from(secret.bytes), OFFERED).toString('base64') };
  return shown(await issueToken(db, 'totp', { account, data }, now()), secret, label);
}

/** The same offer again, after a wrong code; undefined when it is too old. */
export async function offerAgain(
  { db, sealer, now }: TotpContext,
  account: string | undefined,
  ticket: string,
  label: string,
): Promise<TotpOffer | undefined> {
  const offer = await peekToken(db, 'totp', ticket, now());
  if (offer === undefined || offer.account !== account) return undefined;
  const plain = sealer.open(Buffer.from(offer.data.secret ?? '', 'base64'), OFFERED);
  return shown(ticket, secretOf(plain), label);
}

/** Whether the code is one of the offered secret. */
export async function confirmTotp(
  { db, sealer, now }: TotpContext,
  account: string | undefined,
  ticket: string,
  code: string,
): Promise<ConfirmedTotp | undefined> {
  const offer = await peekToken(db, 'totp', ticket, now());
  if (offer === undefined || offer.account !== account) return undefined;
  const secret = sealer.open(Buffer.from(offer.data.secret ?? '', 'base64'), OFFERED);
  const step = stepOf(secret, code, now());
  return step === undefined ? undefined : { secret, step };
}

/** Takes the offer up, once. @returns false when it was taken up meanwhile */
export async function adoptTotp(
  db: Queryable,
  { sealer, now }: Pick<TotpContext, 'sealer' | 'now'>,
  account: string,
  ticket: string,
  { secret, step }: ConfirmedTotp,
): Promise<boolean> {
  if ((await consumeToken(db, 'totp', ticket, now())) === undefined) return false;
  await db.query({
    text: 'update account set totp_secret = $2, totp_step = $3 where id = $1',
    values: [account, sealer.seal(secret, purposeOf(account)), step],
  });
  return true;
}

/** Whether the code is right and was never taken before; of parallel uses exactly one is. https://www.rfc-editor.org/rfc/rfc6238#section-5.2 */
export async function takeTotp(
  { db, sealer, now }: TotpContext,
  account: StoredAccount,
  code: string,
): Promise<boolean> {
  if (account.totpSecret === undefined) return false;
  const step = stepOf(sealer.open(account.totpSecret, purposeOf(account.id)), code, now());
  if (step === undefined) return false;
  const rows = await db.query({
    text: 'update account set totp_step = $2 where id = $1 and totp_step < $2 returning id',
    values: [account.id, step],
  });
  return rows.length === 1;
}

export function isTotpCode(text: string): boolean {
  return /^\d{6}$/.test(text);
}

/** The step of time that a code belongs to; one before and one after are taken too, for clocks that differ. */
function stepOf(secret: Buffer, code: string, now: number): number | undefined {
  if (!isTotpCode(code)) return undefined;
  const delta = new TOTP({ secret: secretOf(secret), period: PERIOD }).validate({
    token: code,
    timestamp: now,
    window: 1,
  });
  return delta === null ? undefined : TOTP.counter({ period: PERIOD, timestamp: now }) + delta;
}

function shown(ticket: string, secret: Secret, label: string): TotpOffer {
  const uri = new TOTP({ issuer: 'Athanor', label, secret, period: PERIOD }).toString();
  return { ticket, secret: secret.base32, uri };
}

function secretOf(plain: Buffer): Secret {
  return new Secret({ buffer: new Uint8Array(plain).buffer });
}

/** A secret that is copied to another account in the database cannot be opened there. */
function purposeOf(account: string): string {
  return `totp ${account}`;
}
