import type { Actor } from './actor.ts';
import { addressOf, invitationLink, invitationMail, resetLink, resetMail } from './account-links.ts';
import type { StoredAccount } from './stored-account.ts';
import { tell } from './tell.ts';
import type { UserContext } from './user-context.ts';

/** How a link reached its person: by mail, or to be handed over by whoever asked for it. */
export type Delivery = { readonly mailedTo: string } | { readonly link: string };

/**
 * A link for the first password.
 * @throws Error when the mail server does not take the mail
 */
export async function inviteAccount(
  context: UserContext,
  account: StoredAccount,
  { by, from }: Actor,
): Promise<Delivery> {
  const { db, mailer, origin } = context;
  const link = await invitationLink(db, context, account.id);
  const to = addressOf(account);
  await tell(context, account, from, { kind: 'account-invited', outcome: 'success', by });
  if (mailer === undefined || to === undefined) return { link };
  await mailer.send(invitationMail(to, origin, link));
  return { mailedTo: to };
}

/** A link for a new password; the old one works until then. @throws as {@link inviteAccount} */
export async function sendReset(context: UserContext, account: StoredAccount, { by, from }: Actor): Promise<Delivery> {
  const { db, mailer, origin } = context;
  const link = await resetLink(db, context, account.id);
  const to = addressOf(account);
  await tell(context, account, from, { kind: 'password-reset-requested', outcome: 'success', by });
  if (mailer === undefined || to === undefined) return { link };
  await mailer.send(resetMail(to, origin, link));
  return { mailedTo: to };
}
