import { compareVersions } from '../../server/definitions/canonical-index.ts';
import type { Canonicals, CodeSystemEntry } from '../../server/definitions/canonicals.ts';
import type { JsonObject } from '../../server/kernel/json.ts';
import type { CodeSystemSource } from '../code-system.ts';
import { splitCanonical } from './elements.ts';
import { resourceCodeSystem } from './resource-code-system.ts';

/** The CodeSystem resources of a set of canonicals, by what they are good for. */
export interface CodeSystemResources {
  /** Those with all their concepts. */
  readonly complete: CodeSystemSource;
  /** Those with some of their concepts. */
  readonly fragments: CodeSystemSource;
  supplement(canonical: string): JsonObject | undefined;
  /** Supplements that are translations of a system: they apply without being asked for. */
  languagePacks(system: string): readonly JsonObject[];
  /** The system whose whole content is the value set of this url. */
  ofValueSet(url: string): JsonObject | undefined;
  isSupplement(url: string): boolean;
}

const indexes = new WeakMap<Canonicals, CodeSystemResources>();

export function codeSystemResources(canonicals: Canonicals): CodeSystemResources {
  const known = indexes.get(canonicals);
  if (known !== undefined) return known;
  const made = index(canonicals);
  indexes.set(canonicals, made);
  return made;
}

function index(canonicals: Canonicals): CodeSystemResources {
  const complete = new Map<string, CodeSystemEntry[]>();
  const fragments = new Map<string, CodeSystemEntry[]>();
  const supplements = new Map<string, CodeSystemEntry[]>();
  const packs = new Map<string, CodeSystemEntry[]>();
  const byValueSet = new Map<string, CodeSystemEntry>();
  for (const entry of canonicals.codeSystems()) {
    const { url, content, valueSet } = entry;
    if (content === 'supplement') {
      push(supplements, url, entry);
      if (entry.isLanguagePack === true && entry.supplements !== undefined) {
        push(packs, splitCanonical(entry.supplements).url, entry);
      }
    } else if (content === 'complete' || content === 'fragment') {
      push(content === 'complete' ? complete : fragments, url, entry);
      if (valueSet !== undefined && !byValueSet.has(valueSet)) byValueSet.set(valueSet, entry);
    }
  }
  return {
    complete: sourceOf(complete),
    fragments: sourceOf(fragments),
    supplement: (canonical) => {
      const { url, version } = splitCanonical(canonical);
      return pick(supplements.get(url) ?? [], version)?.load();
    },
    languagePacks: (system) => (packs.get(system) ?? []).map((entry) => entry.load()),
    ofValueSet: (url) => byValueSet.get(splitCanonical(url).url)?.load(),
    isSupplement: (url) => supplements.has(url),
  };
}

function push(map: Map<string, CodeSystemEntry[]>, key: string, entry: CodeSystemEntry): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [entry]);
  else known.push(entry);
}

function sourceOf(byUrl: ReadonlyMap<string, readonly CodeSystemEntry[]>): CodeSystemSource {
  return {
    codeSystem(url, version) {
      const found = pick(byUrl.get(url) ?? [], version);
      return Promise.resolve(found === undefined ? undefined : resourceCodeSystem(found.load()));
    },
    versions: (url) => Promise.resolve(newestFirst(byUrl.get(url) ?? []).map(({ version }) => version ?? '')),
  };
}

/** Without a version the newest. */
function pick(versions: readonly CodeSystemEntry[], version: string | undefined): CodeSystemEntry | undefined {
  return version === undefined ? newestFirst(versions)[0] : versions.find((each) => each.version === version);
}

/** Retired ones last. */
function newestFirst(entries: readonly CodeSystemEntry[]): readonly CodeSystemEntry[] {
  if (entries.length < 2) return entries;
  const retired = ({ status }: CodeSystemEntry): number => (status === 'retired' ? 1 : 0);
  return [...entries].sort(
    (left, right) => retired(left) - retired(right) || compareVersions(right.version ?? '', left.version ?? ''),
  );
}
