import type { CompactInclude, CompactSystem, CompactTerminology } from './compact-terminology.ts';

export interface Coded {
  readonly system: string;
  readonly code: string;
}

/** Expansion and hierarchies of the terminology that comes with the definitions. */
export interface Terminology {
  expandValueSet(url: string): readonly Coded[] | undefined;
  descendants(system: string, code: string): readonly string[] | undefined;
  ancestors(system: string, code: string): readonly string[] | undefined;
}

/** @param load reads the compact file when the first question comes; most processes never ask */
export function createTerminology(load: () => CompactTerminology): Terminology {
  let loaded: CompactTerminology | undefined;
  const terminology = (): CompactTerminology => (loaded ??= load());
  const expansions = new Map<string, readonly Coded[]>();

  function expandValueSet(canonical: string): readonly Coded[] | undefined {
    const url = canonical.split('|', 1)[0] ?? canonical;
    const known = expansions.get(url);
    if (known !== undefined) return known;
    const expansion = expand(terminology(), url, new Set());
    // Unknown urls come from clients and are not remembered.
    if (expansion !== undefined) expansions.set(url, expansion);
    return expansion;
  }

  return {
    expandValueSet,
    descendants(system, code) {
      const found = systemOf(terminology(), system);
      return found === undefined ? undefined : below(found, code);
    },
    ancestors(system, code) {
      const found = systemOf(terminology(), system);
      return found === undefined ? undefined : above(found, code);
    },
  };
}

function systemOf({ systems }: CompactTerminology, url: string): CompactSystem | undefined {
  return Object.hasOwn(systems, url) ? systems[url] : undefined;
}

/** Codes by their parents, turned around once for each system that is asked. */
const childrenOf = new WeakMap<CompactSystem, ReadonlyMap<string, readonly string[]>>();

function below(system: CompactSystem, code: string): readonly string[] {
  let children = childrenOf.get(system);
  if (children === undefined) childrenOf.set(system, (children = turned(system.parents)));
  return closure(code, (current) => children.get(current) ?? []);
}

function turned(parents: CompactSystem['parents']): ReadonlyMap<string, readonly string[]> {
  const children = new Map<string, string[]>();
  for (const [child, its] of Object.entries(parents)) {
    for (const parent of its) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [child]);
      else known.push(child);
    }
  }
  return children;
}

function above(system: CompactSystem, code: string): readonly string[] {
  return closure(code, (current) => (Object.hasOwn(system.parents, current) ? (system.parents[current] ?? []) : []));
}

function closure(start: string, next: (code: string) => readonly string[]): readonly string[] {
  const found = new Set([start]);
  for (const code of found) for (const other of next(code)) found.add(other);
  return [...found];
}

/** Undefined when a part of the value set is not held here, or when value sets include each other in a circle. */
function expand(terminology: CompactTerminology, url: string, path: ReadonlySet<string>): readonly Coded[] | undefined {
  const { valueSets } = terminology;
  const valueSet = Object.hasOwn(valueSets, url) ? valueSets[url] : undefined;
  if (valueSet === undefined || path.has(url)) return undefined;
  const inside = new Set([...path, url]);
  const result = new Map<string, Coded>();
  for (const include of valueSet.include) {
    const codes = expandInclude(terminology, include, inside);
    if (codes === undefined) return undefined;
    for (const coded of codes) result.set(`${coded.system}|${coded.code}`, coded);
  }
  for (const exclude of valueSet.exclude) {
    const codes = expandInclude(terminology, exclude, inside);
    if (codes === undefined) return undefined;
    for (const { system, code } of codes) result.delete(`${system}|${code}`);
  }
  return [...result.values()];
}

/** An include's own codes, restricted to those of all its value sets. https://hl7.org/fhir/R4/valueset.html#compositions */
function expandInclude(
  terminology: CompactTerminology,
  { system, codes, filters, valueSets }: CompactInclude,
  path: ReadonlySet<string>,
): readonly Coded[] | undefined {
  let result = system === undefined ? undefined : ofSystem(terminology, system, codes, filters);
  if (system !== undefined && result === undefined) return undefined;
  for (const url of valueSets ?? []) {
    const others = expand(terminology, url.split('|', 1)[0] ?? url, path);
    if (others === undefined) return undefined;
    const keys = new Set(others.map((coded) => `${coded.system}|${coded.code}`));
    result = result === undefined ? others : result.filter((coded) => keys.has(`${coded.system}|${coded.code}`));
  }
  return result;
}

function ofSystem(
  terminology: CompactTerminology,
  url: string,
  codes: readonly string[] | undefined,
  filters: CompactInclude['filters'],
): readonly Coded[] | undefined {
  if (codes !== undefined) return codes.map((code) => ({ system: url, code }));
  const system = systemOf(terminology, url);
  if (system === undefined) return undefined;
  let selected = system.codes;
  for (const [property, op, value] of filters ?? []) {
    const kept = property === 'concept' ? hierarchyFilter(system, op, value) : undefined;
    if (kept === undefined) return undefined;
    selected = selected.filter(kept);
  }
  return selected.map((code) => ({ system: url, code }));
}

function hierarchyFilter(system: CompactSystem, op: string, value: string): ((code: string) => boolean) | undefined {
  const subtree = new Set(below(system, value));
  if (op === 'is-a') return (code) => subtree.has(code);
  if (op === 'is-not-a') return (code) => !subtree.has(code);
  if (op === 'descendent-of') return (code) => code !== value && subtree.has(code);
  return undefined;
}
