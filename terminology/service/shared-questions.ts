import type { CodeSystem, CodeSystemSource, Concept, ConceptFilter } from '../code-system.ts';

/** Codes in one question at most. */
const MOST_CODES = 2000;

/**
 * Sources for one request: each code system is looked for once, and questions about codes that come at the same time,
 * as those of a batch do, become one.
 */
export function sharedSources(sources: readonly CodeSystemSource[]): readonly CodeSystemSource[] {
  return sources.map((source) => {
    const systems = new Map<string, Promise<CodeSystem | undefined>>();
    const versions = new Map<string, Promise<readonly string[]>>();
    return {
      codeSystem: (url, version) =>
        once(systems, `${url}|${version ?? ''}`, async () => {
          const found = await source.codeSystem(url, version);
          return found === undefined ? undefined : sharing(found);
        }),
      versions: (url) => once(versions, url, () => source.versions(url)),
    };
  });
}

function once<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

// Of all requests alike: what is one system stays one object.
const shared = new WeakMap<CodeSystem, CodeSystem>();

function sharing(system: CodeSystem): CodeSystem {
  // A system in memory answers at once.
  if ('conceptOf' in system) return system;
  const known = shared.get(system);
  if (known !== undefined) return known;
  const made = share(system);
  shared.set(system, made);
  return made;
}

function share(system: CodeSystem): CodeSystem {
  const find = gathered((codes) => system.find(codes));
  const matching = new Map<string, (codes: readonly string[]) => Promise<ReadonlySet<string>>>();
  return {
    ...system,
    async find(codes) {
      const found = await find(codes);
      return new Map(
        codes.flatMap((code): [string, Concept][] => {
          const concept = found.get(code);
          return concept === undefined ? [] : [[code, concept]];
        }),
      );
    },
    async matching(codes, filters: readonly ConceptFilter[]) {
      const key = JSON.stringify(filters);
      const ask =
        matching.get(key) ??
        gathered(
          (all) => system.matching(all, filters),
          () => matching.delete(key),
        );
      matching.set(key, ask);
      const matched = await ask(codes);
      return new Set(codes.filter((code) => matched.has(code)));
    },
  };
}

/** @param onAsk called when the codes that have come together are asked for */
function gathered<T>(
  ask: (codes: readonly string[]) => Promise<T>,
  onAsk?: () => void,
): (codes: readonly string[]) => Promise<T> {
  let waiting: { readonly codes: Set<string>; readonly answer: Promise<T> } | undefined;
  const start = (): NonNullable<typeof waiting> => {
    const codes = new Set<string>();
    const answer = new Promise((resolve) => setImmediate(resolve)).then(() => {
      if (waiting?.codes === codes) waiting = undefined;
      onAsk?.();
      return ask([...codes]);
    });
    return { codes, answer };
  };
  return (codes) => {
    if (waiting === undefined || waiting.codes.size + codes.length > MOST_CODES) waiting = start();
    for (const code of codes) waiting.codes.add(code);
    return waiting.answer;
  };
}
