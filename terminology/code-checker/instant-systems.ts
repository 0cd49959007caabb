import type { Canonicals } from '../../server/definitions/canonicals.ts';
import type { InstantCodeSystem } from '../code-system.ts';
import { codeSystemResources } from '../resource/canonical-source.ts';
import { canonicalOf } from '../resource/elements.ts';
import { resourceCodeSystem } from '../resource/resource-code-system.ts';

/** `absent`: nobody holds it; `elsewhere`: if anybody does, then somebody who must be waited for. */
export type SystemAtHand = InstantCodeSystem | 'absent' | 'elsewhere';

export type FindAtHand = (url: string, version: string | undefined) => SystemAtHand;

export interface SystemsAtHand {
  readonly find: FindAtHand;
  /** Remembers for a while that nobody holds a system. */
  markAbsent(url: string, version: string | undefined): void;
}

/** Milliseconds after which a code system that nobody held is asked for again. */
const ABSENCE = 60_000;
/** Urls come from clients: a bound on what is remembered. */
const MOST_ABSENT = 10_000;

/** Code systems that answer at once: complete CodeSystem resources without translations, and computed ones. */
export function systemsAtHand(
  canonicals: Canonicals,
  computed: (url: string, version: string | undefined) => InstantCodeSystem | undefined,
  now: () => number,
): SystemsAtHand {
  const known = new Map<string, InstantCodeSystem>();
  const resources = codeSystemResources(canonicals);
  const absentUntil = new Map<string, number>();
  return {
    find(url, version) {
      const key = canonicalOf(url, version);
      const before = known.get(key);
      if (before !== undefined) return before;
      if ((absentUntil.get(key) ?? 0) > now()) return 'absent';
      const resource = canonicals.find('CodeSystem', key);
      const isWhole = resource?.content === 'complete' && resources.languagePacks(url).length === 0;
      const found = isWhole ? resourceCodeSystem(resource) : computed(url, version);
      if (found !== undefined) known.set(key, found);
      return found ?? 'elsewhere';
    },
    markAbsent(url, version) {
      if (absentUntil.size >= MOST_ABSENT) absentUntil.clear();
      absentUntil.set(canonicalOf(url, version), now() + ABSENCE);
    },
  };
}
