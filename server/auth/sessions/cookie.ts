import type { IncomingMessage } from 'node:http';

export type CookieName = 'session' | 'form';

/** A cookie of a browser session, out of the reach of scripts and of requests that other sites make it send. */
export function setCookie(origin: string, name: CookieName, value: string): string {
  return cookie(origin, name, value, '');
}

export function clearCookie(origin: string, name: CookieName): string {
  return cookie(origin, name, '', '; Max-Age=0');
}

/** The value of a cookie; undefined when it is absent or comes twice (then somebody else planted one). */
export function readCookie(request: IncomingMessage, origin: string, name: CookieName): string | undefined {
  const wanted = `${prefixed(origin, name)}=`;
  const found = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(wanted));
  const value = found.length === 1 ? found[0]?.slice(wanted.length) : undefined;
  return value === undefined || !/^[A-Za-z0-9_-]{43}$/.test(value) ? undefined : value;
}

function cookie(origin: string, name: CookieName, value: string, age: string): string {
  const secure = isPlainLoopback(origin) ? '' : '; Secure';
  return `${prefixed(origin, name)}=${value}; Path=/; HttpOnly; SameSite=Lax${secure}${age}`;
}

/** `__Host-` cookies cannot be planted by other hosts or by plain HTTP; browsers take them over TLS only. */
function prefixed(origin: string, name: CookieName): string {
  return `${isPlainLoopback(origin) ? '' : '__Host-'}athanor-${name}`;
}

/** Anywhere else cookies are for TLS alone, so that sign-in over plain HTTP fails instead of showing them. */
function isPlainLoopback(origin: string): boolean {
  return /^http:\/\/(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(origin);
}
