import express from 'express';
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openSignIn, type OpenSignIn } from '../../server/auth/open-sign-in.ts';
import type { SignInEvent } from '../../server/auth/sign-in-event.ts';
import { OPERATOR } from '../../server/auth/users/actor.ts';
import { createAccount } from '../../server/auth/users/create-account.ts';
import { inviteAccount } from '../../server/auth/users/invite-account.ts';
import { openUsers } from '../../server/auth/users/open-users.ts';
import type { StaffRole } from '../../server/auth/users/staff-directory.ts';
import type { StoredAccount } from '../../server/auth/users/stored-account.ts';
import type { UserContext } from '../../server/auth/users/user-context.ts';
import type { UserSettings } from '../../server/auth/users/user-settings.ts';
import { createSealer } from '../../server/protection/sealer.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';
import { Browser, type Shown } from './browser.ts';

export const MINUTE = 60_000;
export const PASSWORD = 'violet otter gravel 37';

export interface UsersApp extends OpenSignIn {
  readonly users: UserContext;
  readonly engine: TestEngine['engine'];
  readonly connectionString: string;
  readonly origin: string;
  readonly events: SignInEvent[];
  /** The clock of sign-in; moved by tests. */
  readonly clock: { now: number };
  browser(): Browser;
}

export interface UsersAppOptions extends Partial<UserSettings> {
  readonly smtpUrl?: string;
}

/** The pages of sign-in on a server of their own. */
export async function openUsersApp({ smtpUrl, ...settings }: UsersAppOptions = {}): Promise<UsersApp> {
  const { engine, connectionString, close: closeEngine } = await openTestEngine({ validation: 'structure' });
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  const events: SignInEvent[] = [];
  const clock = { now: Date.now() };
  const onError = (error: unknown): void => {
    throw error;
  };
  const users = openUsers({
    engine,
    sealer: createSealer(randomBytes(32)),
    settings: {
      idle: 15 * MINUTE,
      absolute: 12 * 60 * MINUTE,
      secondFactor: 'optional',
      passwordHistory: 0,
      passwordAge: 0,
      ...settings,
    },
    mail: smtpUrl === undefined ? undefined : { url: smtpUrl, from: 'Clinic <no-reply@clinic.example>' },
    origin,
    onEvent: async (event) => void events.push(event),
    now: () => clock.now,
    onError,
  });
  const open = openSignIn({ users, originOf: () => origin, ipOf: (request) => request.socket.remoteAddress, onError });
  app.use('/auth', open.router);
  return {
    ...open,
    users,
    engine,
    connectionString,
    origin,
    events,
    clock,
    browser: () => new Browser(origin),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await open.close();
      await closeEngine();
    },
  };
}

/** An account of a new Practitioner, with a password. */
export async function addUser(
  app: UsersApp,
  login: string,
  { password = PASSWORD, roles = ['physician'] }: { password?: string; roles?: readonly StaffRole[] } = {},
): Promise<StoredAccount> {
  const person = { name: { family: 'Test', given: login }, roles };
  const account = await createAccount(app.users, { login, mail: undefined, tenant: 1, person }, OPERATOR);
  const delivery = await inviteAccount(app.users, account, OPERATOR);
  const path = 'link' in delivery ? new URL(delivery.link).pathname : '';
  const browser = app.browser();
  await browser.get(path);
  const answer = await browser.submit(path, { 'new-password': password, repeated: password });
  if (answer.status !== 200) throw new Error(`The invitation was not taken up: ${answer.text}`);
  return account;
}

export async function signIn(browser: Browser, login: string, password = PASSWORD): Promise<Shown> {
  await browser.get('/auth/sign-in');
  return browser.submit('/auth/sign-in', { login, password });
}
