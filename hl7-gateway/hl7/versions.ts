import { VERSIONS, type Version } from '../dictionary/version-data.ts';

/** Of what tells none: the one that most national guides are written for. */
const UNTOLD: Version = '2.5.1';

/** Published, and read by the dictionary of 2.8: https://www.hl7.org/implement/standards/product_brief.cfm?product_id=185 */
const LATER = ['2.8.1', '2.8.2'];

const RANKS = Object.fromEntries(VERSIONS.map((version) => [version, rankOf(version)])) as Record<Version, number>;

/** MSH-12.1 as it is in HL7 table 0104. */
export function isKnownVersion(sent: string): boolean {
  return VERSIONS.some((version) => version === sent) || LATER.includes(sent);
}

/** The last version not after what was sent; senders write `2.3.z`, `2.5^AUS`, `v2.4`, `2.9` or nothing. */
export function nearestVersion(sent: string): Version {
  const numbers = /(\d+)\.(\d{1,3})(?:\.(\d{1,3}))?/.exec(sent);
  if (numbers === null) return UNTOLD;
  const [, major = '', minor = '', patch = '0'] = numbers;
  const asked = rank(Number(major), Number(minor), Number(patch));
  return VERSIONS.findLast((version) => RANKS[version] <= asked) ?? VERSIONS[0];
}

/** Whether the first is the second or a later one. */
export function isFrom(version: string, first: Version): boolean {
  return RANKS[nearestVersion(version)] >= RANKS[first];
}

function rankOf(version: Version): number {
  const [major = 0, minor = 0, patch = 0] = version.split('.').map(Number);
  return rank(major, minor, patch);
}

function rank(major: number, minor: number, patch: number): number {
  return (major * 1000 + minor) * 1000 + patch;
}
