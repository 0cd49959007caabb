import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { HttpRefusal, onlyMethods } from '../../http/http-refusal.ts';
import type { HttpRoute } from '../../http/http-route.ts';
import { readBody } from '../../http/read-body.ts';

/** Header with the secret of the hook. */
const SECRET = 'x-hook-secret';
/** A hook's body says nothing that is read. */
const MOST_BYTES = 65_536;

/**
 * `POST /pacs/hook`: something is new in the PACS. It only wakes; what is new is read from the PACS itself.
 * @param secret undefined: nobody may call it
 */
export function pacsHook(secret: string | undefined, wake: () => void): HttpRoute {
  return {
    prefix: '/pacs/',
    async handle(request, response, url) {
      if (secret === undefined || url.pathname !== '/pacs/hook') {
        throw new HttpRefusal(404, 'not-found', 'Nothing is here.');
      }
      onlyMethods(request.method, 'POST');
      if (!isSecret(request, secret)) throw new HttpRefusal(401, 'login', `The header ${SECRET} has to be right.`);
      await readBody(request, MOST_BYTES);
      wake();
      response.writeHead(204).end();
    },
  };
}

/** Digests are of one length: how long the comparison takes tells nothing. */
function isSecret({ headers }: IncomingMessage, secret: string): boolean {
  const given = headers[SECRET];
  return typeof given === 'string' && timingSafeEqual(hashOf(given), hashOf(secret));
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
