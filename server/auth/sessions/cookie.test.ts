import type { IncomingMessage } from 'node:http';
import { clearCookie, readCookie, setCookie } from './cookie.ts';

const VALUE = 'a'.repeat(43);

test.each([
  ['https://clinic.example', '__Host-athanor-session', '; Secure'],
  // Browsers do not send it back then: better nobody signs in than over plain HTTP.
  ['http://clinic.example', '__Host-athanor-session', '; Secure'],
  ['http://localhost.evil.example', '__Host-athanor-session', '; Secure'],
  ['https://localhost:8443', '__Host-athanor-session', '; Secure'],
  ['http://localhost:8080', 'athanor-session', ''],
  ['http://127.0.0.1:8080', 'athanor-session', ''],
  ['http://[::1]:8080', 'athanor-session', ''],
])('the cookie at %s', (origin, name, secure) => {
  expect(setCookie(origin, 'session', VALUE)).toBe(`${name}=${VALUE}; Path=/; HttpOnly; SameSite=Lax${secure}`);
  expect(clearCookie(origin, 'session')).toBe(`${name}=; Path=/; HttpOnly; SameSite=Lax${secure}; Max-Age=0`);
});

test.each([
  [`athanor-session=${VALUE}`, VALUE],
  [`other=1; athanor-session=${VALUE};x=y`, VALUE],
  [`athanor-session=${VALUE}; athanor-session=${'b'.repeat(43)}`, undefined],
  [`__Host-athanor-session=${VALUE}`, undefined],
  ['athanor-session=', undefined],
  [`athanor-session="${VALUE}"`, undefined],
  [`xathanor-session=${VALUE}`, undefined],
  [undefined, undefined],
])('of %s the session is %s', (cookie, value) => {
  const request = { headers: { cookie } } as unknown as IncomingMessage;
  expect(readCookie(request, 'http://localhost:8080', 'session')).toBe(value);
});
