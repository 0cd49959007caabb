import type { ServerResponse } from 'node:http';
import type { Session } from '../account.ts';
import { csrfField } from './field.ts';
import { html, type Html } from './html.ts';

export const STYLESHEET_PATH = '/auth/style.css';

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Whose page it is: then it offers to sign out. */
  readonly session?: Session;
  /** Path of a script of this server that the page is better with. It must work without, except for passkeys. */
  readonly script?: string;
  /** Path of this server that the browser goes on to by itself. */
  readonly next?: string;
}

/** A whole document. */
function page({ title, body, session, script, next }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} – Athanor</title>
        <link rel="stylesheet" href="${STYLESHEET_PATH}" />
        ${next !== undefined && html`<meta http-equiv="refresh" content="0;url=${next}" />`}
        ${script !== undefined && html`<script type="module" src="${script}"></script>`}
      </head>
      <body>
        <a class="skip" href="#main">Skip to content</a>
        <header>
          <p>Athanor</p>
          ${session !== undefined && banner(session)}
        </header>
        <main id="main" tabindex="-1">
          <h1>${title}</h1>
          ${body}
        </main>
      </body>
    </html> `.text;
}

function banner(session: Session): Html {
  return html`<form method="post" action="/auth/sign-out">
    ${csrfField(session.csrfToken)}
    <a href="/auth/account">${session.account.login}</a>
    <button class="plain">Sign out</button>
  </form>`;
}

interface PageHeaders {
  /**
   * Whether the page's forms may lead to other servers: a consent page sends the browser on to the app, and browsers
   * apply `form-action` to that redirect too.
   */
  readonly leadsOut?: boolean;
  readonly hasScript?: boolean;
}

/** Nothing but the page itself, in nobody's frame, kept nowhere, and told to nobody. */
function pageHeaders({ leadsOut = false, hasScript = false }: PageHeaders = {}): Readonly<Record<string, string>> {
  const policy = [
    `default-src 'none'`,
    `style-src 'self'`,
    ...(hasScript ? [`script-src 'self'`, `connect-src 'self'`] : []),
    ...(leadsOut ? [] : [`form-action 'self'`]),
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ];
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': policy.join('; '),
    'X-Frame-Options': 'DENY',
    'X-Content-Type-Options': 'nosniff',
    // The Origin of the page's own forms must stay readable: `no-referrer` would turn it into `null`.
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  };
}

/** Answers with a page and its headers. */
export function sendPage(
  response: ServerResponse,
  status: number,
  content: Page,
  { leadsOut = false }: Pick<PageHeaders, 'leadsOut'> = {},
): void {
  response.writeHead(status, pageHeaders({ leadsOut, hasScript: content.script !== undefined }));
  response.end(page(content));
}
