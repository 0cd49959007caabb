import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Visitor } from '../sessions/browser.ts';
import { setCookie } from '../sessions/cookie.ts';
import { raiseSession } from '../sessions/stored-session.ts';
import { checkPasskey, registerPasskey, registrationOptions, signInOptions } from '../users/passkeys.ts';
import { accountById, type StoredAccount } from '../users/stored-account.ts';
import { tell } from '../users/tell.ts';
import { ACCOUNT_PATH, entered, type Exchange, type Reply } from './exchange.ts';
import { factorGiven, signedIn } from './go-on.ts';

/** What the script of the pages asks; answers are JSON. Methods of a passkey: the device holds it and checks the person. */
const METHODS = ['hwk', 'user'];

/** `POST /auth/passkey/sign-in/options`, `POST /auth/passkey/prove/options` */
export async function askForPasskey({ users, origin }: Exchange): Promise<Reply> {
  return json(200, await signInOptions(users, origin));
}

/** `POST /auth/passkey/sign-in`: possible while passwords are locked. */
export async function signInByPasskey(exchange: Exchange): Promise<Reply> {
  const account = await accountOfPasskey(exchange);
  if (account === undefined) return refused(exchange, undefined);
  return asJson(exchange, await signedIn(exchange, account, [...METHODS, 'mfa'], exchange.users.now()));
}

/** `POST /auth/passkey/prove`: as the second factor of who is signing in. */
export async function proveByPasskey(exchange: Exchange, visitor: Visitor): Promise<Reply> {
  const { users, from } = exchange;
  const account = await accountOfPasskey(exchange);
  if (account?.id !== visitor.account.id) return refused(exchange, visitor.account);
  await tell(users, account, from, { kind: 'second-factor', outcome: 'success', methods: METHODS });
  return asJson(exchange, await factorGiven(exchange, visitor, METHODS));
}

/** `POST /auth/passkey/register/options` */
export async function offerPasskey({ users, origin }: Exchange, { account }: Visitor): Promise<Reply> {
  return json(200, await registrationOptions(users, account, origin));
}

/** `POST /auth/passkey/register` */
export async function addPasskey(exchange: Exchange, { account, session }: Visitor): Promise<Reply> {
  const { users, origin, request, from } = exchange;
  const name = (entered(request, 'name') ?? '').trim().slice(0, 100) || 'Passkey';
  const response = credentialOf(exchange) as RegistrationResponseJSON | undefined;
  if (response === undefined || !(await registerPasskey(users, account, origin, response, name))) {
    return json(400, { error: 'The passkey could not be added. Try again.' });
  }
  await tell(users, account, from, { kind: 'factor-added', outcome: 'success', methods: METHODS });
  const token = await raiseSession(users.db, session.id, [...METHODS, 'mfa'], users.now());
  const cookies = token === undefined ? [] : [setCookie(origin, 'session', token)];
  return json(200, { next: ACCOUNT_PATH }, cookies);
}

async function accountOfPasskey(exchange: Exchange): Promise<StoredAccount | undefined> {
  const { users, origin } = exchange;
  const response = credentialOf(exchange) as AuthenticationResponseJSON | undefined;
  const id = response && (await checkPasskey(users, origin, response));
  const account = id && (await accountById(users.db, id, users.now()));
  return account === undefined || account === '' || account.isDisabled ? undefined : account;
}

/** As far as it has the shape of an answer; what is in it is checked by the library. */
function credentialOf({ request }: Exchange): unknown {
  const { credential } = (request.body ?? {}) as { readonly credential?: unknown };
  const { id, response } = (credential ?? {}) as { readonly id?: unknown; readonly response?: unknown };
  const isShaped =
    typeof id === 'string' && /^[\w-]{1,1400}$/.test(id) && typeof response === 'object' && response !== null;
  return isShaped ? credential : undefined;
}

async function refused({ users, from }: Exchange, account: StoredAccount | undefined): Promise<Reply> {
  await tell(users, account, from, {
    kind: 'sign-in',
    outcome: 'failure',
    methods: METHODS,
    detail: 'passkey refused',
  });
  return json(403, { error: 'The passkey was not accepted.' });
}

/** Where the script goes on to. */
function asJson({ returnTo }: Exchange, reply: Reply): Reply {
  return json(200, { next: reply.kind === 'redirect' ? reply.path : returnTo }, reply.cookies);
}

function json(status: number, body: object, cookies: readonly string[] = []): Reply {
  return { kind: 'json', status, body, cookies };
}
