import type { JsonObject } from '../kernel/json.ts';
import { codeSystemFacts, type CodeSystemFacts } from './code-system-facts.ts';
import { CANONICAL_TYPES, type Canonicals, type CanonicalType } from './canonicals.ts';

/** A canonical resource whose content is read when somebody asks for it. */
export interface CanonicalEntry {
  readonly type: CanonicalType;
  readonly url: string;
  readonly version: string | undefined;
  readonly status: string | undefined;
  /** Of a CodeSystem; read from it when they are not here. */
  readonly facts?: CodeSystemFacts;
  load(): JsonObject;
}

const STATUS_ORDER = ['active', 'draft', 'unknown', 'retired'];

/** @param entries of two with the same url and version the first counts */
export function createCanonicals(version: number, entries: Iterable<CanonicalEntry>): Canonicals {
  const byUrl = new Map<string, CanonicalEntry[]>();
  const byType = new Map<CanonicalType, CanonicalEntry[]>(CANONICAL_TYPES.map((type) => [type, []]));
  for (const entry of entries) {
    const key = keyOf(entry.type, entry.url);
    const others = byUrl.get(key);
    if (others?.some((other) => other.version === entry.version) === true) continue;
    byType.get(entry.type)?.push(entry);
    if (others === undefined) byUrl.set(key, [entry]);
    else others.push(entry);
  }
  for (const versions of byUrl.values()) versions.sort(bestFirst);
  return {
    version,
    find(type, canonical) {
      const [url = '', wanted] = (canonical.split('#', 1)[0] ?? '').split('|');
      const versions = byUrl.get(keyOf(type, url)) ?? [];
      return pick(versions, wanted)?.load();
    },
    *all(type) {
      for (const entry of byType.get(type) ?? []) yield entry.load();
    },
    *codeSystems() {
      for (const { url, version, status, facts, load } of byType.get('CodeSystem') ?? []) {
        yield { url, version, status, ...(facts ?? codeSystemFacts(load())), load };
      }
    },
  };
}

function pick(versions: readonly CanonicalEntry[], wanted: string | undefined): CanonicalEntry | undefined {
  if (wanted === undefined || wanted === '') return versions[0];
  return (
    versions.find(({ version }) => version === wanted) ??
    versions.find(({ version }) => version?.startsWith(`${wanted}.`) === true)
  );
}

function bestFirst(left: CanonicalEntry, right: CanonicalEntry): number {
  const byStatus = statusRank(left) - statusRank(right);
  return byStatus === 0 ? compareVersions(right.version ?? '', left.version ?? '') : byStatus;
}

function statusRank({ status }: CanonicalEntry): number {
  const rank = STATUS_ORDER.indexOf(status ?? 'unknown');
  return rank === -1 ? STATUS_ORDER.length : rank;
}

/** Numbers within versions as numbers (`7.0.0` < `10.0.0`), a prerelease before its release (`7.0.0-ballot` < `7.0.0`). */
export function compareVersions(left: string, right: string): number {
  const [leftCore = '', ...leftRest] = left.split('-');
  const [rightCore = '', ...rightRest] = right.split('-');
  // A date is no version with prereleases.
  if (/^\d{4}$/.test(leftCore) || /^\d{4}$/.test(rightCore)) return left < right ? -1 : left > right ? 1 : 0;
  const core = compareParts(leftCore.split('.'), rightCore.split('.'));
  if (core !== 0) return core;
  if (leftRest.length === 0 || rightRest.length === 0) return rightRest.length - leftRest.length;
  return compareParts(leftRest.join('-').split('.'), rightRest.join('-').split('.'));
}

function compareParts(left: readonly string[], right: readonly string[]): number {
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const a = left[index] ?? '';
    const b = right[index] ?? '';
    if (a === b) continue;
    const bothNumbers = /^\d+$/.test(a) && /^\d+$/.test(b);
    if (bothNumbers && Number(a) !== Number(b)) return Number(a) - Number(b);
    return a < b ? -1 : 1;
  }
  return 0;
}

function keyOf(type: CanonicalType, url: string): string {
  return `${type} ${url}`;
}
