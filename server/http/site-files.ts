import express, { type RequestHandler, type Response } from 'express';
import { join } from 'node:path';

/**
 * A page that runs the scripts that were built for it, and talks to this server; nothing that is written into it, by
 * whomever, runs. https://www.w3.org/TR/CSP3/
 */
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `connect-src 'self'`,
  `img-src 'self'`,
  `form-action 'none'`,
  `base-uri 'none'`,
  `frame-ancestors 'none'`,
  `require-trusted-types-for 'script'`,
  `trusted-types 'none'`,
].join('; ');

const HEADERS = {
  'Content-Security-Policy': POLICY,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
};

/** Files with a hash in their names never change. */
const HASHED = /-[\w-]{8}\.\w+$/;

/**
 * A web application of static files. Paths that are no file of it are its own business: they get its first page.
 * @param folder with `index.html`
 */
export function siteFiles(folder: string): RequestHandler {
  const router = express.Router();
  const setHeaders = (response: Response, path: string): void => {
    response.set(HEADERS);
    response.set('Cache-Control', HASHED.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
  };
  router.get('/', (request, response, next) => {
    const [path = '', query] = request.originalUrl.split(/\?(.*)/s);
    if (path.endsWith('/')) next();
    else response.redirect(308, `${path}/${query === undefined ? '' : `?${query}`}`);
  });
  router.use(express.static(folder, { index: false, redirect: false, setHeaders }));
  router.get(/^\/(?:[\w/-]*)$/, (_request, response, next) => {
    const file = join(folder, 'index.html');
    setHeaders(response, file);
    response.sendFile(file, { cacheControl: false }, (error) => {
      if (error !== undefined && !response.headersSent) next();
    });
  });
  return router;
}
