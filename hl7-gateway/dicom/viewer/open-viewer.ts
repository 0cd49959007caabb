import { join } from 'node:path';
import { packageRoot } from '../../../server/kernel/package-root.ts';
import { openHttpCaller } from '../../client/http-call.ts';
import { HttpRefusal, onlyMethods } from '../../http/http-refusal.ts';
import type { HttpRoute } from '../../http/http-route.ts';
import { sendText } from '../../http/send-answer.ts';
import { sendFile } from './send-file.ts';
import { createSignInSettings } from './sign-in-settings.ts';

export interface ViewerOptions {
  /** FHIR base, without a slash at the end. */
  readonly fhirUrl: string;
  /** Where browsers reach the gateway: a sign-in comes back there. */
  readonly publicUrl: string;
  /** Milliseconds of the epoch. */
  now(): number;
  /** Of its built files. Default: where `npm run build` puts them. */
  readonly folder?: string;
}

/** The page that shows the images of a study: `/viewer/?StudyInstanceUIDs=UID`. */
export interface Viewer {
  readonly routes: readonly HttpRoute[];
  close(): void;
}

const PREFIX = '/viewer/';

export function openViewer({
  fhirUrl,
  publicUrl,
  now,
  folder = join(packageRoot(), 'dist/sites/viewer'),
}: ViewerOptions): Viewer {
  const http = openHttpCaller({ timeout: 10_000, answerBytes: 1_000_000, connections: 4 });
  const settings = createSignInSettings(fhirUrl, http, now);
  return {
    routes: [
      {
        prefix: PREFIX,
        async handle({ method }, response, { pathname, search }) {
          onlyMethods(method, 'GET');
          if (!pathname.startsWith(PREFIX)) {
            response.writeHead(308, { Location: PREFIX + search }).end();
            return;
          }
          const name = pathname.slice(PREFIX.length);
          if (name === 'settings.json') {
            const text = JSON.stringify({ signIn: (await settings()) ?? null, origin: new URL(publicUrl).origin });
            sendText(response, 200, 'application/json; charset=utf-8', text);
            return;
          }
          const file = name === '' ? 'index.html' : name;
          if (file === 'index.html') setPolicy(response, (await settings())?.token);
          if (!(await sendFile(folder, file, response))) throw new HttpRefusal(404, 'not-found', 'Nothing is here.');
        },
      },
    ],
    close: () => http.close(),
  };
}

/**
 * A page that runs the scripts that were built for it, and talks to the gateway and to where tokens are given; nothing that is
 * written into it, by whomever, runs. https://www.w3.org/TR/CSP3/
 */
function setPolicy(response: { setHeader(name: string, value: string): unknown }, token: string | undefined): void {
  const policy = [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self'`,
    `connect-src 'self'${token === undefined ? '' : ` ${new URL(token).origin}`}`,
    `img-src 'self' blob:`,
    `form-action 'none'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
    `require-trusted-types-for 'script'`,
    `trusted-types 'none'`,
  ];
  response.setHeader('Content-Security-Policy', policy.join('; '));
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=()');
}
