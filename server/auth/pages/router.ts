import express, { Router, type NextFunction, type Request, type Response } from 'express';
import { Fault } from '../../kernel/fault.ts';
import { hasSecondFactor } from '../users/stored-account.ts';
import type { Visitor } from '../sessions/browser.ts';
import { isCsrfToken, isFromOwnPage } from '../sessions/genuine-post.ts';
import { entered, openExchange, redirect, showPage, type Exchange, type PagesContext, type Reply } from './exchange.ts';
import { problem } from './field.ts';
import { pathOf } from './go-on.ts';
import { sendPage, STYLESHEET_PATH } from './layout.ts';
import { PASSKEY_SCRIPT, PASSKEY_SCRIPT_PATH } from './passkey-script.ts';
import { LINES, type Line } from './lines.ts';
import { STYLESHEET } from './stylesheet.ts';

/** A proof of who sits there is recent for so long. */
const FRESH = 5 * 60_000;

/** The pages of sign-in and of one's own account; to be mounted at `/auth`. */
export function createPagesRouter(context: PagesContext): Router {
  const router = Router();
  const text = (path: string, type: string, content: string): void =>
    void router.get(path.slice('/auth'.length), (_request, response) => {
      response.setHeader('Cache-Control', 'public, max-age=3600');
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.type(type).send(content);
    });
  text(STYLESHEET_PATH, 'css', STYLESHEET);
  text(PASSKEY_SCRIPT_PATH, 'js', PASSKEY_SCRIPT);

  const form = express.urlencoded({ extended: false, limit: '16kb', parameterLimit: 20 });
  const json = express.json({ limit: '64kb' });
  for (const line of LINES) {
    const { path } = line;
    if (line.get !== undefined) router.get(path, (request, response) => answer(context, line, request, response));
    if (line.post === undefined) continue;
    router.post(path, isForScript(line) ? json : form, (request, response) => answer(context, line, request, response));
  }
  router.use(refuse);
  return router;
}

async function answer(context: PagesContext, line: Line, request: Request, response: Response): Promise<void> {
  const exchange = await openExchange(context, request);
  const reply = await replyOf(exchange, line);
  send(response, isForScript(line) ? scriptReply(reply) : reply, exchange.firstCookie);
}

async function replyOf(exchange: Exchange, line: Line): Promise<Reply> {
  const { request, visitor, origin, csrfToken, returnTo } = exchange;
  const { id = '' } = request.params;
  // Tokens, ids of credentials and sessions, names of providers.
  if (typeof id !== 'string' || !/^[\w-]*$/.test(id)) return notHere();
  const isPost = request.method === 'POST';
  if (isPost && !(isFromOwnPage(request, origin) && isCsrfToken(csrfToken, entered(request, 'csrf')))) {
    const text = 'This form was not sent by this page, or the page is too old. Open it anew and try again.';
    return showPage({ title: 'Not accepted', body: problem(text) }, 403);
  }
  if (line.of === 'anybody') return (isPost ? line.post : line.get)?.(exchange, id) ?? notHere();
  // What a form wanted is not repeated by itself; the person comes back to the page.
  const here = isPost ? returnTo : request.originalUrl;
  if (visitor === undefined) return redirect(signInPath(here));
  if (!line.of.includes(visitor.stage)) {
    return visitor.stage === 'live' ? redirect(returnTo) : redirect(pathOf(visitor.stage, here));
  }
  if (line.isSensitive === true && !isFresh(exchange, visitor)) return redirect(proveAgainPath(visitor, here));
  return (isPost ? line.post : line.get)?.(exchange, visitor, id) ?? notHere();
}

function isForScript({ path }: Line): boolean {
  return path.startsWith('/passkey/');
}

/** The script goes where a browser would be sent, and shows what a page would say. */
function scriptReply(reply: Reply): Reply {
  if (reply.kind === 'redirect') return { kind: 'json', status: 200, body: { next: reply.path } };
  return reply.kind === 'page' ? { kind: 'json', status: reply.status, body: { error: reply.page.title } } : reply;
}

function isFresh({ users }: Exchange, { session, account }: Visitor): boolean {
  const proven = hasSecondFactor(account) ? session.secondFactor : session.signedIn;
  return proven !== undefined && users.now() - proven <= FRESH;
}

function signInPath(returnTo: string, again = false): string {
  return `/auth/sign-in?${new URLSearchParams({ return_to: returnTo, ...(again ? { again: '1' } : {}) }).toString()}`;
}

function proveAgainPath({ account }: Visitor, returnTo: string): string {
  return hasSecondFactor(account) ? pathOf('second-factor', returnTo) : signInPath(returnTo, true);
}

function notHere(): Reply {
  return showPage({ title: 'Nothing here', body: problem('There is nothing at this address.') }, 404);
}

function send(response: Response, reply: Reply, firstCookie: string | undefined): void {
  const cookies = [...(firstCookie === undefined ? [] : [firstCookie]), ...(reply.cookies ?? [])];
  if (cookies.length > 0) response.setHeader('Set-Cookie', cookies);
  if (reply.kind === 'page') {
    sendPage(response, reply.status, reply.page);
    return;
  }
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Referrer-Policy', 'same-origin');
  if (reply.kind === 'redirect') response.redirect(303, reply.path);
  else response.status(reply.status).json(reply.body);
}

/** What a person can act on; anything else is a bug and goes on to the app's own handler. */
function refuse(error: unknown, _request: Request, response: Response, next: NextFunction): void {
  if (error instanceof Fault) {
    for (const [name, value] of Object.entries(error.headers)) response.setHeader(name, value);
    sendPage(response, error.status, { title: 'That did not work', body: problem(error.issues[0]?.text) });
    return;
  }
  const { status } = error as { readonly status?: unknown };
  if (typeof status !== 'number' || status < 400 || status > 499) {
    next(error);
    return;
  }
  sendPage(response, status, { title: 'Not accepted', body: problem('The form cannot be read.') });
}
