import type { IncomingMessage } from 'node:http';
import { fault } from '../kernel/fault.ts';
import type { Forwarding } from './forwarding.ts';
import { FHIR_BASE } from './request-path.ts';

/** Tells the base URL as the client sees it. */
export type BaseUrlOf = (incoming: IncomingMessage) => string;

/** Host names of this machine itself, as they stand in URLs. */
export const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** What proxies add to the requests that they pass on. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];

/**
 * For a server without sign-in, which serves nobody but its own machine.
 * @param baseUrl the server's own base; served to every client when `isFixed`
 * @param isFixed whether BASE_URL was configured; otherwise links follow the Host header of each request
 * @returns a function that throws Fault 421 for a host name that is not this server's (a web page whose name resolves to
 * 127.0.0.1, by DNS rebinding, would otherwise read everything through the browser of its visitor), and for what came
 * through a proxy, by which everybody could come
 */
export function createOpenBaseUrl(baseUrl: string, isFixed: boolean): BaseUrlOf {
  const names = new Set([...LOOPBACK, new URL(baseUrl).hostname]);
  let lastHost: string | undefined;
  let last = baseUrl;
  return ({ headers }) => {
    for (const name of PROXY_HEADERS) if (headers[name] !== undefined) throw proxied(name);
    const { host } = headers;
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

/**
 * For a server with sign-in: links never follow what a client says. They start with BASE_URL, or with the name that a
 * trusted proxy is called by.
 */
export function createBaseUrl(baseUrl: string, isFixed: boolean, forwarding: Forwarding): BaseUrlOf {
  if (isFixed) return () => baseUrl;
  return (incoming) => {
    const origin = forwarding.originOf(incoming);
    return origin === undefined ? baseUrl : `${origin}${FHIR_BASE}`;
  };
}

function proxied(header: string): Error {
  const text = `This request came through a proxy (${header}), but sign-in is off (AUTH=off): everybody could read everything. Set AUTH=on, with TRUST_PROXY for the proxy, or connect directly.`;
  return fault('rest.proxied', 421, 'security', text, `http.${header}`);
}
