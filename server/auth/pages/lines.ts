import type { Visitor } from '../sessions/browser.ts';
import type { Stage } from '../sessions/stage.ts';
import type { Exchange, Reply } from './exchange.ts';
import { endOneSession, newRecoveryCodes, showAccount } from './account.ts';
import { showAuthenticator, submitAuthenticator } from './authenticator.ts';
import { showMembership, submitMembership } from './membership.ts';
import { addPasskey, askForPasskey, offerPasskey, proveByPasskey, signInByPasskey } from './passkey.ts';
import { showPasswordLink, submitPasswordLink } from './password-link.ts';
import { showPassword, submitPassword } from './password.ts';
import { removeAuthenticator, removePasskey } from './remove-factor.ts';
import { showReset, submitReset } from './reset.ts';
import { showSecondFactor, submitSecondFactor } from './second-factor.ts';
import { showSetUp, submitSetUp } from './set-up.ts';
import { showSignIn, submitSignIn } from './sign-in.ts';
import { signOut } from './sign-out.ts';
import { finishSso, startLink, startSso, unlink } from './sso.ts';

/** What the path holds in place of `:id`. */
type Anybody = (exchange: Exchange, id: string) => Promise<Reply>;
type Somebody = (exchange: Exchange, visitor: Visitor, id: string) => Promise<Reply>;

export type Line =
  | { readonly of: 'anybody'; readonly path: string; readonly get?: Anybody; readonly post?: Anybody }
  | {
      /** How far the browser must have come; with others it is sent to what is missing. */
      readonly of: readonly Stage[];
      /** Whether it must have been proven just now who sits there. */
      readonly isSensitive?: true;
      readonly path: string;
      readonly get?: Somebody;
      readonly post?: Somebody;
    };

const EVERY_STAGE: readonly Stage[] = ['second-factor', 'authenticator', 'password', 'membership', 'live'];

/** Every page and form below `/auth` that is about people. */
export const LINES: readonly Line[] = [
  { of: 'anybody', path: '/sign-in', get: showSignIn, post: submitSignIn },
  { of: 'anybody', path: '/reset', get: showReset, post: submitReset },
  {
    of: 'anybody',
    path: '/reset/:id',
    get: (exchange, token) => showPasswordLink(exchange, 'reset', token),
    post: (exchange, token) => submitPasswordLink(exchange, 'reset', token),
  },
  {
    of: 'anybody',
    path: '/invitation/:id',
    get: (exchange, token) => showPasswordLink(exchange, 'invitation', token),
    post: (exchange, token) => submitPasswordLink(exchange, 'invitation', token),
  },
  { of: 'anybody', path: '/set-up/:id', get: showSetUp, post: submitSetUp },
  { of: 'anybody', path: '/sso/:id', get: startSso },
  { of: 'anybody', path: '/sso/:id/callback', get: finishSso },
  { of: 'anybody', path: '/passkey/sign-in/options', post: askForPasskey },
  { of: 'anybody', path: '/passkey/sign-in', post: signInByPasskey },
  { of: EVERY_STAGE, path: '/passkey/prove/options', post: (exchange) => askForPasskey(exchange) },
  { of: EVERY_STAGE, path: '/passkey/prove', post: proveByPasskey },
  { of: ['live'], isSensitive: true, path: '/passkey/register/options', post: offerPasskey },
  { of: ['live'], isSensitive: true, path: '/passkey/register', post: addPasskey },
  { of: EVERY_STAGE, path: '/second-factor', get: showSecondFactor, post: submitSecondFactor },
  {
    of: ['authenticator', 'live'],
    isSensitive: true,
    path: '/authenticator',
    get: showAuthenticator,
    post: submitAuthenticator,
  },
  { of: ['password', 'live'], path: '/password', get: showPassword, post: submitPassword },
  { of: ['membership', 'live'], path: '/membership', get: showMembership, post: submitMembership },
  { of: EVERY_STAGE, path: '/sign-out', post: signOut },
  { of: ['live'], path: '/account', get: showAccount },
  { of: ['live'], isSensitive: true, path: '/account/recovery-codes', post: newRecoveryCodes },
  { of: ['live'], isSensitive: true, path: '/account/authenticator/remove', post: removeAuthenticator },
  { of: ['live'], isSensitive: true, path: '/account/passkey/:id/remove', post: removePasskey },
  { of: ['live'], path: '/account/session/:id/end', post: endOneSession },
  { of: ['live'], isSensitive: true, path: '/account/sso/:id', post: startLink },
  { of: ['live'], isSensitive: true, path: '/account/sso/:id/remove', post: unlink },
];
