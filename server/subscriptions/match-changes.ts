import type { Engine } from '../fhir/engine.ts';
import { readCriteria } from '../fhir/subscriptions/criteria.ts';
import type { Trigger } from '../fhir/subscriptions/definition.ts';
import { serverContext } from '../fhir/request-context.ts';
import { recentWrites, type Interest, type Written } from '../fhir/live/recent-writes.ts';
import { parseLoosely, parseStored } from '../fhir/write/current.ts';
import { MAIN_TENANT } from '../storage/tenants.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { CompileContext } from '../search/compile/compile-search.ts';
import { indexedResource, matches, type IndexedResource } from '../search/match/matches.ts';
import type { KeyRows } from '../search/index/row-types.ts';
import type { Filter } from '../search/tree.ts';
import { readVersions, versionText, type Change, type KeptVersion, type VersionKey } from '../storage/changes.ts';
import type { Queryable } from '../storage/db.ts';
import type { Listener } from './listeners.ts';
import { createTriggerIndex, type ReadyTrigger, type TriggerIndex } from './trigger-index.ts';

/** Which of the listeners asked for which of the changes. */
export interface Matcher extends Interest {
  /** Numbers of the types that anybody asked for. */
  readonly types: readonly number[];
  /** In the order of the changes. */
  match(db: Queryable, changes: readonly Change[], now: number): Promise<readonly Matched[]>;
}

export interface Matched {
  readonly listener: Listener;
  readonly change: Change;
  /** What it says. */
  readonly version: KeptVersion;
}

export interface MatcherOptions {
  readonly engine: Engine;
  readonly listeners: readonly Listener[];
  /** The criteria of a listener cannot be read any more: a search parameter is gone. */
  onBroken(listener: Listener, error: unknown): void;
  /** A change that cannot be looked at: nobody is told of it, which must not hold up all others. */
  onError(error: unknown): void;
}

/** A change that somebody asked for, as far as its type and kind tell. */
interface Looked {
  readonly change: Change;
  readonly context: CompileContext;
  readonly index: TriggerIndex;
  /** What this process wrote itself. */
  readonly written: Written | undefined;
}

export async function createMatcher({ engine, listeners, onBroken, onError }: MatcherOptions): Promise<Matcher> {
  const byType = new Map<number, ReadyTrigger[]>();
  for (const listener of listeners) {
    try {
      for (const trigger of listener.definition.triggers) {
        const ready = await readTrigger(engine, listener, trigger);
        const typeId = engine.definitions.typeId(trigger.type);
        byType.set(typeId, [...(byType.get(typeId) ?? []), ready]);
      }
    } catch (error) {
      onBroken(listener, error);
    }
  }
  const typeNames = new Set([...byType.keys()].map((type) => engine.definitions.typeName(type)));
  const { registry } = engine;
  const byTenant = new Map<number, Map<number, TriggerIndex>>();

  function contextOf(tenant: number, now: number): CompileContext {
    return { definitions: engine.definitions, registry: engine.registry, hasher: engine.hasher(tenant), now };
  }

  /** Keys are a tenant's own. */
  function indexOf(tenant: number, type: number): TriggerIndex {
    let indexes = byTenant.get(tenant);
    if (indexes === undefined) byTenant.set(tenant, (indexes = new Map<number, TriggerIndex>()));
    let index = indexes.get(type);
    if (index === undefined) {
      const own = (byType.get(type) ?? []).filter(
        ({ listener }) => listener.tenant === 0 || listener.tenant === tenant,
      );
      indexes.set(type, (index = createTriggerIndex(contextOf(tenant, Date.now()), own)));
    }
    return index;
  }

  return {
    types: [...byType.keys()],
    isRead: (type) => typeNames.has(type),
    isAsked(tenant, type, rows) {
      // Keys of another registry tell nothing.
      if (engine.registry !== registry) return true;
      return indexOf(tenant, engine.definitions.typeId(type)).hasCandidates(rows);
    },
    async match(db, changes, now) {
      const written = recentWrites(engine);
      const looked = changes.flatMap((change): Looked | readonly [] => {
        const own = written.take(change);
        const index = indexOf(change.tenant, change.type);
        const isAsked = index.all.some((trigger) => concerns(trigger, change));
        return isAsked ? { change, context: contextOf(change.tenant, now), index, written: own } : [];
      });
      const kept = await readNeeded(db, looked);
      const found: Matched[] = [];
      for (const { change, written, context, index } of looked) {
        const { pid, version: number } = change;
        const ownKept = kept.get(versionText(change));
        const version = versionOf(change, written, ownKept);
        // Erased since the feed told of it: nobody is told, and it is no deletion.
        if (version === undefined) continue;
        const before = kept.get(versionText({ pid, version: number - 1 }));
        const versions = versionsOf(engine, change, { written: written?.indexed, kept: ownKept, before });
        try {
          for (const listener of listening(context, index, change, versions)) found.push({ listener, change, version });
        } catch (error) {
          onError(error);
        }
      }
      return found;
    },
  };
}

/** What the version of a change says, as far as it is there still. */
function versionOf(
  change: Change,
  written: Written | undefined,
  kept: KeptVersion | undefined,
): KeptVersion | undefined {
  if (change.interaction !== 'delete' && written === undefined) return kept;
  const { tenant, pid, version, type, id, updated } = change;
  return { tenant, pid, version, type, id, updated, body: written?.body ?? null };
}

async function readTrigger(engine: Engine, listener: Listener, trigger: Trigger): Promise<ReadyTrigger> {
  const ctx = serverContext(engine, listener.tenant || MAIN_TENANT, 'subscriptions', engine.settings.baseUrl);
  const read = async (queries: readonly string[]): Promise<readonly Filter[]> => {
    const filters: Filter[] = [];
    for (const query of queries) {
      filters.push(...(await readCriteria(engine, ctx, trigger.type, query, 'Subscription.criteria')).filters);
    }
    return filters;
  };
  const [current, previous, filters] = [trigger.current, trigger.previous, trigger.filters];
  return {
    ...trigger,
    listener,
    current: await read(current),
    previous: await read(previous),
    filters: await read(filters),
  };
}

function listening(
  context: CompileContext,
  index: TriggerIndex,
  change: Change,
  versions: Versions,
): ReadonlySet<Listener> {
  const found = new Set<Listener>();
  for (const trigger of index.candidates(versions.keys(index.slots))) {
    if (found.has(trigger.listener) || !concerns(trigger, change)) continue;
    if (fires(context, trigger, versions)) found.add(trigger.listener);
  }
  return found;
}

function concerns({ listener, interactions }: ReadyTrigger, { tx, interaction }: Change): boolean {
  return (tx >= listener.since || listener.earlier.has(tx)) && interactions.includes(interaction);
}

/** The versions that have to be read: those that this process did not write, and those before them that triggers ask about. */
function readNeeded(db: Queryable, looked: readonly Looked[]): Promise<ReadonlyMap<string, KeptVersion>> {
  const keys: VersionKey[] = [];
  for (const { change, index, written } of looked) {
    const { tenant, pid, version, interaction } = change;
    if (written === undefined && interaction !== 'delete') keys.push({ tenant, pid, version });
    const isBeforeAsked =
      interaction === 'delete' ||
      (interaction === 'update' &&
        index.all.some((trigger) => trigger.previous.length > 0 && concerns(trigger, change)));
    if (isBeforeAsked) keys.push({ tenant, pid, version: version - 1 });
  }
  return readVersions(db, keys);
}

/** What a trigger looks at; made when it is looked at first. */
interface Versions {
  /** Of the version at hand the keys that tell whether any trigger has to look at it: most changes are nobody's. */
  keys(slots: ReadonlySet<number>): KeyRows | undefined;
  current(): IndexedResource | undefined;
  previous(): IndexedResource | undefined;
}

/** What there is of a change: what this process wrote itself, or what was read. */
interface KnownVersions {
  readonly written: IndexedResource | undefined;
  readonly kept: KeptVersion | undefined;
  readonly before: KeptVersion | undefined;
}

function versionsOf(engine: Engine, { tenant }: Change, { written, kept, before }: KnownVersions): Versions {
  return {
    current: once(() => written ?? indexed(engine, kept)),
    previous: once(() => indexed(engine, before)),
    keys(slots) {
      if (written !== undefined) return written.rows;
      // No key is made of a decimal: their digits are read only where a trigger may fire.
      const atHand = resourceOf(engine, kept, parseLoosely) ?? resourceOf(engine, before, parseLoosely);
      return atHand && engine.indexer.indexKeys(atHand, engine.hasher(tenant), slots);
    },
  };
}

function resourceOf(
  { definitions }: Engine,
  version: KeptVersion | undefined,
  parse: typeof parseStored,
): JsonObject | undefined {
  if (version === undefined || version.body === null) return undefined;
  return parse(definitions.typeName(version.type), { ...version, body: version.body });
}

function indexed(engine: Engine, version: KeptVersion | undefined): IndexedResource | undefined {
  const resource = resourceOf(engine, version, parseStored);
  if (version === undefined || resource === undefined) return undefined;
  const rows = engine.indexer.index(resource, engine.hasher(version.tenant));
  return indexedResource(resource, version.id, rows);
}

function fires(context: CompileContext, trigger: ReadyTrigger, versions: Versions): boolean {
  const holds = (filters: readonly Filter[], version: IndexedResource): boolean =>
    filters.every((filter) => matches(context, filter, version));
  const { filters, current, previous, requireBoth } = trigger;
  if (filters.length > 0) {
    const atHand = versions.current() ?? versions.previous();
    if (atHand === undefined || !holds(filters, atHand)) return false;
  }
  if (current.length === 0 && previous.length === 0) return true;
  const isNow = (): boolean => {
    const version = versions.current();
    return version === undefined ? trigger.currentOfDelete : holds(current, version);
  };
  const wasBefore = (): boolean => {
    const version = versions.previous();
    return version === undefined ? trigger.previousOfCreate : holds(previous, version);
  };
  if (requireBoth) return isNow() && wasBefore();
  return (current.length > 0 && isNow()) || (previous.length > 0 && wasBefore());
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
