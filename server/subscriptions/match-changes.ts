import type { Engine } from '../fhir/engine.ts';
import { readCriteria } from '../fhir/subscriptions/criteria.ts';
import type { Trigger } from '../fhir/subscriptions/definition.ts';
import { serverContext } from '../fhir/request-context.ts';
import { parseLoosely, parseStored } from '../fhir/write/current.ts';
import { MAIN_TENANT } from '../storage/tenants.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { CompileContext } from '../search/compile/compile-search.ts';
import { matches, type IndexedResource } from '../search/match/matches.ts';
import type { KeyRows } from '../search/index/row-types.ts';
import type { Filter } from '../search/tree.ts';
import { readVersions, type Change, type KeptVersion } from '../storage/changes.ts';
import type { Queryable } from '../storage/db.ts';
import type { Listener } from './listeners.ts';
import { createTriggerIndex, type ReadyTrigger, type TriggerIndex } from './trigger-index.ts';

/** Which of the listeners asked for which of the changes. */
export interface Matcher {
  /** Numbers of the types that anybody asked for. */
  readonly types: readonly number[];
  /** In the order of the changes. */
  match(db: Queryable, changes: readonly Change[], now: number): Promise<readonly Matched[]>;
}

export interface Matched {
  readonly listener: Listener;
  readonly change: Change;
}

export interface MatcherOptions {
  readonly engine: Engine;
  readonly listeners: readonly Listener[];
  /** The criteria of a listener cannot be read any more: a search parameter is gone. */
  onBroken(listener: Listener, error: unknown): void;
  /** A change that cannot be looked at: nobody is told of it, which must not hold up all others. */
  onError(error: unknown): void;
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
  const indexes = new Map<string, TriggerIndex>();

  /** Keys are a tenant's own. */
  function indexOf(context: CompileContext, tenant: number, type: number): TriggerIndex {
    const key = `${tenant} ${type}`;
    let index = indexes.get(key);
    if (index === undefined) {
      const own = (byType.get(type) ?? []).filter(
        ({ listener }) => listener.tenant === 0 || listener.tenant === tenant,
      );
      indexes.set(key, (index = createTriggerIndex(context, own)));
    }
    return index;
  }

  return {
    types: [...byType.keys()],
    async match(db, changes, now) {
      const { definitions, registry } = engine;
      const looked = changes.map((change) => {
        const context = { definitions, registry, hasher: engine.hasher(change.tenant), now };
        return { change, context, index: indexOf(context, change.tenant, change.type) };
      });
      const before = await versionsBefore(db, looked);
      const found: Matched[] = [];
      for (const { change, context, index } of looked) {
        if (!index.all.some((trigger) => concerns(trigger, change))) continue;
        const versions = versionsOf(engine, change, before.get(`${change.pid} ${change.version - 1}`));
        try {
          for (const listener of listening(context, index, change, versions)) found.push({ listener, change });
        } catch (error) {
          onError(error);
        }
      }
      return found;
    },
  };
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

/** The versions before those that are looked at together with them. */
async function versionsBefore(
  db: Queryable,
  looked: readonly { readonly change: Change; readonly index: TriggerIndex }[],
): Promise<ReadonlyMap<string, KeptVersion>> {
  const wanted = looked.filter(
    ({ change, index }) =>
      change.interaction !== 'create' &&
      index.all.some(
        (trigger) => concerns(trigger, change) && (trigger.previous.length > 0 || change.interaction === 'delete'),
      ),
  );
  return readVersions(
    db,
    wanted.map(({ change: { tenant, pid, version } }) => ({ tenant, pid, version: version - 1 })),
  );
}

/** What a trigger looks at; made when it is looked at first. */
interface Versions {
  /** Of the version at hand the keys that tell whether any trigger has to look at it: most changes are nobody's. */
  keys(slots: ReadonlySet<number>): KeyRows | undefined;
  current(): IndexedResource | undefined;
  previous(): IndexedResource | undefined;
}

function versionsOf(engine: Engine, change: Change, before: KeptVersion | undefined): Versions {
  const { tenant } = change;
  const resource = once(() => resourceOf(engine, change, parseStored));
  const earlier = once(() => before && resourceOf(engine, before, parseStored));
  return {
    current: once(() => indexed(engine, tenant, change.id, resource())),
    previous: once(() => indexed(engine, tenant, change.id, earlier())),
    keys(slots) {
      // No key is made of a decimal: their digits are read only where a trigger may fire.
      const atHand = resourceOf(engine, change, parseLoosely) ?? (before && resourceOf(engine, before, parseLoosely));
      return atHand && engine.indexer.indexKeys(atHand, engine.hasher(tenant), slots);
    },
  };
}

type AnyVersion = Omit<KeptVersion, 'tenant' | 'pid'>;

function resourceOf(
  { definitions }: Engine,
  { type, id, version, updated, body }: AnyVersion,
  parse: typeof parseStored,
): JsonObject | undefined {
  return body === null ? undefined : parse(definitions.typeName(type), { id, version, updated, body });
}

function indexed(
  engine: Engine,
  tenant: number,
  id: string,
  resource: JsonObject | undefined,
): IndexedResource | undefined {
  if (resource === undefined) return undefined;
  const type = String(resource.resourceType);
  const rows = engine.indexer.index(resource, engine.hasher(tenant));
  return { type, id, rows, hasContext: type === 'Binary' && resource.securityContext !== undefined };
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
