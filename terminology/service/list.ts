import type { JsonObject } from '../../server/kernel/json.ts';
import { fault, type Fault } from '../../server/kernel/fault.ts';
import type { CodeSystem, Concept } from '../code-system.ts';
import { canonicalOf, splitCanonical, textAt } from '../resource/elements.ts';
import { rankOf } from '../resource/resource-code-system.ts';
import { wordsOf } from '../resource/word-prefixes.ts';
import { ofKind, unknownSystemText, versionCheckText } from './issues.ts';
import { importedPlan, matchPlan, mergesVersions, type CodeItem, type Trail } from './match.ts';
import { resolveSystem, violatedCheck } from './resolve-system.ts';
import { heldVersions, type Scope } from './scope.ts';
import type { Include, ValueSetPlan } from './value-set-plan.ts';

/** A member of a value set. */
export interface Entry {
  readonly system: CodeSystem;
  readonly concept: Concept;
  /** What the value set says about it: `compose.include.concept`. */
  readonly listed: JsonObject | undefined;
}

interface ListQuery {
  readonly text: string | undefined;
  readonly offset: number;
  /** Undefined: all of them. */
  readonly count: number | undefined;
  /** Canonicals of code systems to be left out. */
  readonly excludedSystems: readonly string[];
  /** A part is better than a refusal when there are too many. */
  readonly takesPart: boolean;
}

interface EntryPage {
  readonly entries: readonly Entry[];
  readonly total: number | undefined;
  /** More were left out than the query asked for. */
  readonly isPart: boolean;
}

/**
 * Members of a value set. One include of one code system is paged by the system itself, whatever its size.
 * @throws Fault `terminology.tooCostly` (422) for more than the limit; 404 for code systems and value sets not held
 */
export async function listPlan(scope: Scope, plan: ValueSetPlan, query: ListQuery): Promise<EntryPage> {
  const only = plan.includes.length === 1 && plan.excludes.length === 0 ? plan.includes[0] : undefined;
  if (only?.system !== undefined && only.concepts === undefined && only.valueSets.length === 0) {
    return pageOfSystem(scope, plan, only, only.system, query);
  }
  const all = await walk(scope, plan, query, []);
  const ordered = query.text === undefined ? all : ranked(all, query.text);
  const end = query.count === undefined ? undefined : query.offset + query.count;
  return { entries: ordered.slice(query.offset, end), total: ordered.length, isPart: false };
}

async function pageOfSystem(
  scope: Scope,
  plan: ValueSetPlan,
  include: Include,
  url: string,
  query: ListQuery,
): Promise<EntryPage> {
  const system = await systemToList(scope, include, url);
  if (isExcluded(system, query)) return { entries: [], total: 0, isPart: false };
  const page = await system.select({
    filters: include.filters,
    ...(query.text === undefined ? {} : { text: query.text }),
    ...(scope.languages === undefined ? {} : { languages: scope.languages.tags }),
    isActiveOnly: activeOnly(scope, plan),
    offset: query.offset,
    count: Math.min(query.count ?? scope.limit, scope.limit),
  });
  if (page.isOpen === true) scope.usage.openSystems.add(url);
  const isPart = page.hasMore && (query.count === undefined || query.count > scope.limit);
  if (isPart && !query.takesPart) throw tooCostly(plan, scope.limit);
  return {
    entries: page.concepts.map((concept) => ({ system, concept, listed: undefined })),
    total: page.total,
    isPart,
  };
}

async function walk(scope: Scope, plan: ValueSetPlan, query: ListQuery, trail: Trail): Promise<readonly Entry[]> {
  const merges = mergesVersions(scope, plan);
  const found = new Map<string, Entry>();
  for (const include of plan.includes) {
    for (const entry of await entriesOf(scope, plan, include, query, trail)) {
      const { system, concept } = entry;
      const key = `${merges ? system.url : canonicalOf(system.url, system.version)} ${concept.code}`;
      if (!found.has(key) || merges) found.set(key, entry);
      if (found.size > scope.limit) throw tooCostly(plan, scope.limit);
    }
  }
  const entries = [...found.values()];
  if (plan.excludes.length === 0) return entries;
  const excluded = await matchPlan(
    { ...scope, isActiveOnly: false },
    { ...plan, includes: plan.excludes, excludes: [], takesInactive: true },
    entries.map((entry) => itemOf(entry, merges)),
    trail,
  );
  if (excluded.includes(undefined)) throw await unknownParts(scope);
  return entries.filter((_, index) => excluded[index] !== true);
}

function itemOf({ system, concept }: Entry, merges: boolean): CodeItem {
  return { system: system.url, code: concept.code, version: merges ? undefined : system.version };
}

async function entriesOf(
  scope: Scope,
  plan: ValueSetPlan,
  include: Include,
  query: ListQuery,
  trail: Trail,
): Promise<readonly Entry[]> {
  const imports = include.valueSets.flatMap((canonical) => importedPlan(scope, canonical, plan, trail) ?? []);
  if (imports.length < include.valueSets.length) throw await unknownParts(scope);
  const within = [...trail, plan];
  const [first, ...others] = imports;
  // Of an import that is narrowed to a system, the import is listed: the system may be the larger one by far.
  if (first !== undefined && include.concepts === undefined) {
    const entries = await walkOnce(scope, first, query, within);
    const active = activeOnly(scope, plan) ? entries.filter(({ concept }) => !concept.isInactive) : entries;
    const own =
      include.system === undefined ? [] : [{ ...plan, includes: [{ ...include, valueSets: [] }], excludes: [] }];
    return inAll(scope, active, [...own, ...others], within);
  }
  if (include.system === undefined) return [];
  const system = await systemToList(scope, include, include.system);
  if (isExcluded(system, query)) return [];
  const { concepts } = include;
  const own =
    concepts === undefined
      ? await selected(scope, plan, include, system, query)
      : await listedEntries(scope, plan, { ...include, concepts }, system, query);
  return inAll(scope, own, imports, within);
}

// A value set that is imported on many ways is listed once in a request.
const walked = new WeakMap<Scope, Map<ValueSetPlan, readonly Entry[]>>();

async function walkOnce(scope: Scope, plan: ValueSetPlan, query: ListQuery, trail: Trail): Promise<readonly Entry[]> {
  const byPlan = walked.get(scope) ?? new Map<ValueSetPlan, readonly Entry[]>();
  walked.set(scope, byPlan);
  const known = byPlan.get(plan);
  if (known !== undefined) return known;
  const entries = await walk(scope, plan, query, trail);
  byPlan.set(plan, entries);
  return entries;
}

async function selected(
  scope: Scope,
  plan: ValueSetPlan,
  include: Include,
  system: CodeSystem,
  query: ListQuery,
): Promise<readonly Entry[]> {
  const page = await system.select({
    filters: include.filters,
    ...(query.text === undefined ? {} : { text: query.text }),
    isActiveOnly: activeOnly(scope, plan),
    offset: 0,
    count: scope.limit,
  });
  if (page.isOpen === true) scope.usage.openSystems.add(system.url);
  if (page.hasMore) throw tooCostly(plan, scope.limit);
  return page.concepts.map((concept) => ({ system, concept, listed: undefined }));
}

async function listedEntries(
  scope: Scope,
  plan: ValueSetPlan,
  { concepts, filters }: Include & { readonly concepts: ReadonlyMap<string, JsonObject> },
  system: CodeSystem,
  query: ListQuery,
): Promise<readonly Entry[]> {
  const found = await system.find([...concepts.keys()]);
  const matching = filters.length === 0 ? undefined : await system.matching([...found.keys()], filters);
  const typedWords = wordsOf(query.text ?? '');
  const isActiveOnly = activeOnly(scope, plan);
  return [...concepts].flatMap(([code, listed]): Entry[] => {
    const concept = found.get(code);
    if (concept === undefined || (isActiveOnly && concept.isInactive) || matching?.has(code) === false) return [];
    const display = textAt(listed, 'display');
    const shown = display === undefined ? concept : { ...concept, display };
    if (query.text !== undefined && rankOf(shown, query.text, typedWords) === undefined) return [];
    return [{ system, concept, listed }];
  });
}

async function inAll(
  scope: Scope,
  entries: readonly Entry[],
  plans: readonly ValueSetPlan[],
  trail: Trail,
): Promise<readonly Entry[]> {
  let kept = entries;
  for (const plan of plans) {
    const matched = await matchPlan(
      scope,
      plan,
      kept.map((entry) => itemOf(entry, false)),
      trail,
    );
    if (matched.includes(undefined)) throw await unknownParts(scope);
    kept = kept.filter((_, index) => matched[index] === true);
  }
  return kept;
}

function activeOnly(scope: Scope, plan: ValueSetPlan): boolean {
  return scope.isActiveOnly || !plan.takesInactive;
}

function isExcluded({ url, version }: CodeSystem, { excludedSystems }: ListQuery): boolean {
  return excludedSystems.some((canonical) => {
    const excluded = splitCanonical(canonical);
    return excluded.url === url && (excluded.version === undefined || excluded.version === version);
  });
}

async function systemToList(scope: Scope, include: Include, url: string): Promise<CodeSystem> {
  const { system, wanted } = await resolveSystem(scope, url, include.version);
  if (system === undefined) throw await unknownSystem(scope, url, wanted.version);
  const required = violatedCheck(scope, system);
  if (required !== undefined) {
    const text = versionCheckText(url, system.version, required);
    throw fault('terminology.versionCheck', 422, 'exception', text, undefined, ofKind('version-error'));
  }
  return system;
}

async function unknownSystem(scope: Scope, url: string, version: string | undefined): Promise<Fault> {
  const text = unknownSystemText(url, version, await heldVersions(scope, url), 'value set cannot be expanded');
  return fault('terminology.codeSystem', 404, 'not-found', text, undefined, ofKind('not-found'));
}

async function unknownParts(scope: Scope): Promise<Fault> {
  const [valueSet] = scope.usage.unknownValueSets;
  if (valueSet !== undefined)
    return fault('terminology.valueSet', 404, 'not-found', valueSet, undefined, ofKind('not-found'));
  const { url, version } = splitCanonical([...scope.usage.unknownSystems][0] ?? '');
  return unknownSystem(scope, url, version);
}

function tooCostly({ label }: ValueSetPlan, limit: number): Fault {
  const text = `The value set '${label}' has more than ${limit} codes; ask for a page with count and offset, or narrow it with filter`;
  return fault('terminology.tooCostly', 422, 'too-costly', text);
}

function ranked(entries: readonly Entry[], text: string): readonly Entry[] {
  const typedWords = wordsOf(text);
  const rank = (entry: Entry): number => {
    const display = textAt(entry.listed, 'display');
    return rankOf(display === undefined ? entry.concept : { ...entry.concept, display }, text, typedWords) ?? 9;
  };
  return entries
    .map((entry) => ({ entry, rank: rank(entry) }))
    .sort((left, right) => left.rank - right.rank)
    .map(({ entry }) => entry);
}
