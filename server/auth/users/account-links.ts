import type { Queryable } from '../../storage/db.ts';
import type { Mail } from './mailer.ts';
import { issueToken, voidTokens } from './one-time-token.ts';
import type { StoredAccount } from './stored-account.ts';
import type { UserContext } from './user-context.ts';

type LinkContext = Pick<UserContext, 'origin' | 'now'>;

/** For the first password, in place of earlier invitations; works for 7 days, once. */
export async function invitationLink(db: Queryable, { origin, now }: LinkContext, account: string): Promise<string> {
  await voidTokens(db, ['invitation', 'reset'], account);
  return `${origin}/auth/invitation/${await issueToken(db, 'invitation', { account, data: {} }, now())}`;
}

/** For a new password, in place of earlier links; works for an hour, once. */
export async function resetLink(db: Queryable, { origin, now }: LinkContext, account: string): Promise<string> {
  await voidTokens(db, ['reset'], account);
  return `${origin}/auth/reset/${await issueToken(db, 'reset', { account, data: {} }, now())}`;
}

/** Where the account gets mail. */
export function addressOf({ mail, login }: StoredAccount): string | undefined {
  return mail ?? (isMailAddress(login) ? login : undefined);
}

/** https://html.spec.whatwg.org/multipage/input.html#valid-e-mail-address, shortened. */
export function isMailAddress(text: string): boolean {
  return (
    text.length <= 254 && /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+$/.test(text)
  );
}

export function invitationMail(to: string, origin: string, link: string): Mail {
  return {
    to,
    subject: 'Your account',
    text: `An account was made for you at ${origin}.

Choose your password here within 7 days; the link works once:
${link}

If you do not expect this, do nothing.
`,
  };
}

export function resetMail(to: string, origin: string, link: string): Mail {
  return {
    to,
    subject: 'A new password',
    text: `Somebody, hopefully you, asked for a new password at ${origin}.

Choose it here within an hour; the link works once:
${link}

If it was not you, do nothing: your password stays as it is.
`,
  };
}
