import { isIP } from 'node:net';

/**
 * Whether a request's Host may be this gateway: an address, a name of the local network (without dots), or the name by which
 * browsers reach it. A page of a foreign name that was made to resolve to this machine (DNS rebinding) would otherwise read,
 * as its own, what is served without sign-in.
 * @param publicName of HL7_HTTP_URL, where that is set
 */
export function isServedName(host: string | undefined, publicName: string | undefined): boolean {
  if (host === undefined || !URL.canParse(`http://${host}`)) return false;
  const { hostname, pathname } = new URL(`http://${host}`);
  if (pathname !== '/') return false;
  const name = hostname.replace(/^\[(.*)\]$/, '$1');
  return isIP(name) !== 0 || !name.includes('.') || name === publicName;
}
