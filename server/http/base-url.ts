import { fault } from '../kernel/fault.ts';
import { FHIR_BASE } from './request-path.ts';

/** Tells the base URL as the client sees it, from its Host header. */
export type BaseUrlOf = (host: string | undefined) => string;

/** Host names of this machine itself, as they stand in URLs. */
export const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * @param baseUrl the server's own base; served to every client when `isFixed`
 * @param isFixed whether BASE_URL was configured; otherwise links follow the Host header of each request
 * @returns a function that throws Fault 421 for a host name that is not this server's: without sign-in, a web page whose
 * name resolves to 127.0.0.1 (DNS rebinding) would otherwise read everything through the browser of its visitor
 */
export function createBaseUrl(baseUrl: string, isFixed: boolean): BaseUrlOf {
  const names = new Set([...LOOPBACK, new URL(baseUrl).hostname]);
  let lastHost: string | undefined;
  let last = baseUrl;
  return (host) => {
    if (host === lastHost) return last;
    if (host === undefined) return baseUrl;
    const name = host.replace(/:\d+$/, '').toLowerCase();
    if (!names.has(name)) {
      const text = `This server answers as ${[...names].join(', ')}; set BASE_URL to serve it under another name.`;
      throw fault('rest.foreignHost', 421, 'security', text, 'http.host');
    }
    lastHost = host;
    last = isFixed ? baseUrl : `http://${host}${FHIR_BASE}`;
    return last;
  };
}
