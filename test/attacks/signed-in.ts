import { OPERATOR } from '../../server/auth/users/actor.ts';
import { createAccount } from '../../server/auth/users/create-account.ts';
import { inviteAccount } from '../../server/auth/users/invite-account.ts';
import { Browser } from '../auth/browser.ts';
import type { ClinicServer } from '../harness/clinic-server.ts';

export const PASSWORD = 'violet otter gravel 37';

/** A browser in which a new physician has signed in. */
export async function signedInBrowser({ users, origin }: ClinicServer, login: string): Promise<Browser> {
  const person = { name: { family: 'Test', given: login }, roles: ['physician'] as const };
  const account = await createAccount(users, { login, mail: undefined, tenant: 1, person }, OPERATOR);
  const delivery = await inviteAccount(users, account, OPERATOR);
  const path = 'link' in delivery ? new URL(delivery.link).pathname : '';
  const browser = new Browser(origin);
  await browser.get(path);
  await browser.submit(path, { 'new-password': PASSWORD, repeated: PASSWORD });
  await signIn(browser, login);
  return browser;
}

/** @throws Error when that does not succeed */
export async function signIn(browser: Browser, login: string): Promise<void> {
  await browser.get('/auth/sign-in');
  await browser.submit('/auth/sign-in', { login, password: PASSWORD });
  const { status } = await browser.get('/auth/account');
  if (status !== 200) throw new Error(`Signing in failed: ${status}`);
}
