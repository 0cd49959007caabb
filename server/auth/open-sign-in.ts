import type { Request, Router } from 'express';
import type { IncomingMessage } from 'node:http';
import type { SignIn } from './account.ts';
import { createPagesRouter } from './pages/router.ts';
import { createSignIn } from './users/sign-in.ts';
import { createSso } from './users/sso.ts';
import { sweepSignIn } from './users/sweep.ts';
import type { UserContext } from './users/user-context.ts';

export interface SignInOptions {
  readonly users: UserContext;
  /** Origin under which the browser of a request reaches this server. */
  originOf(request: IncomingMessage): string;
  /** Address of the client; behind a trusted proxy what that one says. */
  ipOf(request: IncomingMessage): string | undefined;
  /** Failures of what runs in the background. */
  onError(error: unknown): void;
}

export interface OpenSignIn {
  readonly signIn: SignIn;
  /** To be mounted at `/auth`, before the authorization server. */
  readonly router: Router;
  close(): Promise<void>;
}

const SWEEP = 10 * 60_000;

/** Sign-in of people: pages, sessions, and the removal of what has run out. */
export function openSignIn({ users, originOf, ipOf, onError }: SignInOptions): OpenSignIn {
  const sweeping = setInterval(() => void sweepSignIn(users).catch(onError), SWEEP);
  sweeping.unref();
  return {
    signIn: createSignIn(users, originOf),
    router: createPagesRouter({
      users,
      signInWith: createSso(users),
      originOf: (request: Request) => originOf(request),
      ipOf: (request: Request) => ipOf(request),
    }),
    async close() {
      clearInterval(sweeping);
      await users.mailer?.close();
    },
  };
}
