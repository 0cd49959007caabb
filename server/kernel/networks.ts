import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** A set of IP addresses. */
export interface Networks {
  /** @param address anything; what is no address is in no network */
  contains(address: string): boolean;
}

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Reads addresses and CIDR ranges separated by commas, such as `10.0.0.0/8,2001:db8::/32,192.168.1.7`.
 * @throws Error that names the part at fault
 */
export function readNetworks(text: string): Networks {
  const ranges = text.split(',').map((part) => readRange(part.trim()));
  return {
    contains(address) {
      const parsed = parseAddress(address);
      return (
        parsed !== undefined &&
        ranges.some(([network, bits]) => network.kind() === parsed.kind() && parsed.match(network, bits))
      );
    },
  };
}

/**
 * How an address is written in keys and logs: an IPv4 address within IPv6 (`::ffff:10.0.0.1`, as sockets tell it) becomes
 * IPv4, zones go. Undefined: it is no address.
 */
export function plainAddress(address: string): string | undefined {
  return remembered(plain, address, (text) => parseAddress(text)?.toString());
}

/**
 * By what requests of one sender are counted: the address, of IPv6 its /64, which is what one customer of a provider has.
 */
export function senderOf(address: string): string {
  return remembered(senders, address, (text) => {
    const parsed = parseAddress(text);
    if (!(parsed instanceof ipaddr.IPv6)) return parsed?.toString() ?? 'unknown';
    const network = parsed.parts.slice(0, 4).map((part) => part.toString(16));
    return `${network.join(':')}::/64`;
  });
}

// Reading an address takes 2 to 5 µs, and the same ones come with every request.
const plain = new Map<string, string | undefined>();
const senders = new Map<string, string>();
const MOST = 10_000;
const LONGEST = 64;

function remembered<T>(known: Map<string, T>, address: string, read: (address: string) => T): T {
  const before = known.get(address);
  if (before !== undefined) return before;
  const value = read(address);
  if (known.size >= MOST) known.clear();
  if (address.length <= LONGEST) known.set(address, value);
  return value;
}

function readRange(text: string): Range {
  const [address = '', bits, ...rest] = text.split('/');
  const parsed = parseAddress(address);
  const most = parsed?.kind() === 'ipv4' ? 32 : 128;
  const length = bits === undefined ? most : /^[0-9]{1,3}$/.test(bits) ? Number(bits) : Infinity;
  if (parsed === undefined || rest.length > 0 || length > most) {
    throw new Error(`"${text.slice(0, 64)}" is neither an IP address nor a range such as 10.0.0.0/8`);
  }
  return [parsed, length];
}

function parseAddress(address: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  // The package takes short and octal spellings too.
  if (isIP(address) === 0) return undefined;
  return ipaddr.process(address.replace(/%.*$/, ''));
}
