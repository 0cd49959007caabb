import { readFileSync } from 'node:fs';
import { BlockList, isIP } from 'node:net';

/**
 * Reads lines of `CIDR,COUNTRY` (ISO 3166-1 alpha-2), as tables of addresses by country are published.
 * @returns the country of an address; undefined for what no line names
 * @throws Error that names the first line at fault
 */
export function readNetworkCountries(path: string): (address: string) => string | undefined {
  const lists = new Map<string, BlockList>();
  for (const [index, line] of readFileSync(path, 'utf8').split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, address = '', bits = '', country = ''] =
      /^([0-9a-fA-F.:]+)\/([0-9]{1,3}),"?([A-Z]{2})"?$/.exec(line) ?? [];
    const version = isIP(address);
    if (version === 0) throw new Error(`NETWORK_COUNTRIES, line ${index + 1}: not "CIDR,COUNTRY"`);
    const list = lists.get(country) ?? new BlockList();
    lists.set(country, list);
    list.addSubnet(address, Number(bits), version === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const version = isIP(address);
    if (version === 0) return undefined;
    for (const [country, list] of lists) if (list.check(address, version === 4 ? 'ipv4' : 'ipv6')) return country;
    return undefined;
  };
}
