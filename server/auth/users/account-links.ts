import type { Db } from '../../storage/db.ts';
import type { Mail } from './mailer.ts';
import { issueToken, voidTokens, type OneTimeKind } from './one-time-token.ts';
import type { StoredAccount } from './stored-account.ts';
import type { UserContext } from './user-context.ts';

type LinkContext = Pick<UserContext, 'origin' | 'now'>;

/** For the first password, in place of earlier invitations; works for 7 days, once. */
export function invitationLink(db: Db, context: LinkContext, account: string): Promise<string> {
  return newLink(db, context, account, 'invitation', ['invitation', 'reset']);
}

/** For a new password, in place of earlier links; works for an hour, once. */
export function resetLink(db: Db, context: LinkContext, account: string): Promise<string> {
  return newLink(db, context, account, 'reset', ['reset']);
}

async function newLink(
  db: Db,
  { origin, now }: LinkContext,
  account: string,
  kind: 'invitation' | 'reset',
  replaced: readonly OneTimeKind[],
): Promise<string> {
  const token = await db.transaction(async (tx) => {
    // Of links that are asked for at once, each would void the ones before, and not see the others.
    await tx.query({ text: 'select from account where id = $1 for update', values: [account] });
    await voidTokens(tx, replaced, account);
    return issueToken(tx, kind, { account, data: {} }, now());
  });
  return `${origin}/auth/${kind}/${token}`;
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
