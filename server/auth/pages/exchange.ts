import type { Request } from 'express';
import { randomBytes } from 'node:crypto';
import { visitorOf, type Visitor } from '../sessions/browser.ts';
import { readCookie, setCookie } from '../sessions/cookie.ts';
import { csrfTokenOf } from '../sessions/genuine-post.ts';
import type { ClientAddress } from '../users/client-address.ts';
import type { Sso } from '../users/sso.ts';
import type { UserContext } from '../users/user-context.ts';
import type { Page } from './layout.ts';

/** What the pages need beyond the accounts. */
export interface PagesContext {
  readonly users: UserContext;
  readonly signInWith: Sso;
  /** Origin under which the browser of a request reaches this server. */
  originOf(request: Request): string;
  /** Address of the client; with a proxy in between what that one says, if it is trusted. */
  ipOf(request: Request): string | undefined;
}

/** One request of a browser, and what is known of it. */
export interface Exchange extends PagesContext {
  readonly request: Request;
  readonly origin: string;
  readonly from: ClientAddress;
  readonly visitor: Visitor | undefined;
  /** For every form of the answer. */
  readonly csrfToken: string;
  /** What the browser's form cookie holds, whether it has it already or gets it with the answer. */
  readonly browserToken: string;
  /** The cookie when it has to be set. */
  readonly firstCookie: string | undefined;
  /** Path that the browser wants to come back to. */
  readonly returnTo: string;
}

export type Reply =
  | { readonly kind: 'page'; readonly status: number; readonly page: Page; readonly cookies?: readonly string[] }
  | { readonly kind: 'redirect'; readonly path: string; readonly cookies?: readonly string[] }
  | { readonly kind: 'json'; readonly status: number; readonly body: object; readonly cookies?: readonly string[] };

export const ACCOUNT_PATH = '/auth/account';

export async function openExchange(context: PagesContext, request: Request): Promise<Exchange> {
  const origin = context.originOf(request);
  const visitor = await visitorOf(context.users, request, origin);
  const known = readCookie(request, origin, 'form');
  const browserToken = known ?? randomBytes(32).toString('base64url');
  return {
    ...context,
    request,
    origin,
    from: { ip: context.ipOf(request), userAgent: request.headers['user-agent'] },
    visitor,
    csrfToken: visitor?.csrfToken ?? csrfTokenOf(browserToken),
    browserToken,
    firstCookie: known === undefined ? setCookie(origin, 'form', browserToken) : undefined,
    returnTo: ownPath(origin, entered(request, 'return_to') ?? queried(request, 'return_to')),
  };
}

/** A field of the form; undefined when it is absent, not one text, or a text that the database cannot hold. */
export function entered({ body }: Request, name: string): string | undefined {
  const fields = body as Readonly<Record<string, unknown>> | undefined;
  const value = fields !== undefined && Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof value === 'string' && !value.includes('\u0000') ? value : undefined;
}

export function queried({ query }: Request, name: string): string | undefined {
  const value = query[name];
  return typeof value === 'string' ? value : undefined;
}

/** A path of this server; anything else leads to the account's page: nobody is sent to other servers. */
function ownPath(origin: string, wanted: string | undefined): string {
  // What browsers take for the start of an address (`//host`, `/\host`, with tabs in between) is no path of ours.
  if (wanted === undefined || wanted.length > 4096 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted)) {
    return ACCOUNT_PATH;
  }
  const url = URL.canParse(wanted, origin) ? new URL(wanted, origin) : undefined;
  return url?.origin === origin ? url.pathname + url.search : ACCOUNT_PATH;
}

export function showPage(page: Page, status = 200, cookies: readonly string[] = []): Reply {
  return { kind: 'page', status, page, cookies };
}

export function redirect(path: string, cookies: readonly string[] = []): Reply {
  return { kind: 'redirect', path, cookies };
}
