import type { IncomingMessage } from 'node:http';
import { plainAddress, type Networks } from '../kernel/networks.ts';

/** Who sends a request, and by which name they call this server, seen past the proxies in front of it. */
export interface Forwarding {
  /** IP address as in {@link plainAddress}. */
  addressOf(incoming: IncomingMessage): string;
  /** `https://clinic.example`, as a trusted proxy tells it; undefined when none does. */
  originOf(incoming: IncomingMessage): string | undefined;
}

// Nobody has more proxies in a row; the header may have room for thousands.
const MOST_HOPS = 16;
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/i;

/** @param trusted proxies whose X-Forwarded-… headers are believed; those of others are what anybody may write */
export function createForwarding(trusted: Networks | undefined): Forwarding {
  const peerOf = ({ socket }: IncomingMessage): string => plainAddress(socket.remoteAddress ?? '') ?? 'unknown';
  if (trusted === undefined) return { addressOf: peerOf, originOf: () => undefined };
  return {
    addressOf(incoming) {
      let address = peerOf(incoming);
      // Each proxy adds at the end whom it got the request from.
      const hops = last(incoming, 'x-forwarded-for', MOST_HOPS);
      while (trusted.contains(address)) {
        const hop = hops.pop();
        const before = hop === undefined ? undefined : plainAddress(withoutPort(hop));
        if (before === undefined) break;
        address = before;
      }
      return address;
    },
    originOf(incoming) {
      if (!trusted.contains(peerOf(incoming))) return undefined;
      const [host] = last(incoming, 'x-forwarded-host', 1);
      const [scheme] = last(incoming, 'x-forwarded-proto', 1);
      if (host === undefined || !HOST.test(host) || (scheme !== 'https' && scheme !== 'http')) return undefined;
      return `${scheme}://${host.toLowerCase()}`;
    },
  };
}

function last({ headers }: IncomingMessage, name: string, count: number): string[] {
  const value = headers[name];
  const text = typeof value === 'string' ? value : (value?.join(',') ?? '');
  return text
    .split(',')
    .slice(-count)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Some proxies write `10.0.0.1:4711` or `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  return /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1] ?? /^([0-9.]+):\d+$/.exec(hop)?.[1] ?? hop;
}
