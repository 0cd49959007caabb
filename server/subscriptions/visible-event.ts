import type { Access } from '../access/access.ts';
import { narrow } from '../access/narrow.ts';
import { Fault } from '../kernel/fault.ts';
import { NO_TRAIL } from '../fhir/audit-trail.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import { mayRead } from '../fhir/interactions/visible.ts';
import { requestContext } from '../fhir/request-context.ts';
import { shownText } from '../fhir/shape/shown-resource.ts';
import { readCriteria } from '../fhir/subscriptions/criteria.ts';
import type { Trigger } from '../fhir/subscriptions/definition.ts';
import { parseStored } from '../fhir/write/current.ts';
import { resourceText } from '../storage/body.ts';
import { decidingVersions, readVersions, versionText, type KeptVersion } from '../storage/changes.ts';
import type { StoredEvent } from '../storage/subscription-events.ts';
import type { Listener } from './listeners.ts';

/** An event as its subscriber may see it. */
export interface VisibleEvent extends StoredEvent {
  readonly typeName: string;
  /** JSON text of the version, without what is hidden; undefined: it is a deletion. */
  readonly text: string | undefined;
}

/**
 * What the subscriber may know of events now, whatever held when they happened: those of resources that they may read and
 * find as these are now, as far as they may read the version itself, and whose criteria look at nothing that is hidden.
 * Others are left out, as are versions that were erased.
 * @param versions by `pid version`; undefined: they are read
 */
export async function visibleEvents(
  engine: Engine,
  access: Access,
  listener: Listener,
  events: readonly StoredEvent[],
  versions?: ReadonlyMap<string, KeptVersion>,
): Promise<readonly VisibleEvent[]> {
  const known = await knownChanges(engine, access, listener, events, versions);
  return known.map(({ change, typeName, version }) => {
    return { ...change, typeName, text: shown(engine, access, typeName, version) };
  });
}

/** A version that somebody is told of, or may be. */
type Changed = Pick<StoredEvent, 'tenant' | 'pid' | 'version' | 'type'>;

interface KnownChange<T extends Changed> {
  readonly change: T;
  readonly typeName: string;
  readonly version: KeptVersion;
}

/** Those of which the subscriber may know by {@link visibleEvents}. */
export async function knownChanges<T extends Changed>(
  engine: Engine,
  access: Access,
  listener: Listener,
  changes: readonly T[],
  given?: ReadonlyMap<string, KeptVersion>,
): Promise<readonly KnownChange<T>[]> {
  const { definitions } = engine;
  const ctx = requestContext(engine, {
    requestId: 'subscriptions',
    baseUrl: engine.settings.baseUrl,
    access,
    audit: NO_TRAIL,
  });
  const versions = given ?? (await readVersions(ctx.db, changes));
  const deciding = access.isUnrestricted ? undefined : await decidingVersions(ctx.db, changes);
  const known: KnownChange<T>[] = [];
  for (const change of changes) {
    const version = versions.get(versionText(change));
    const typeName = definitions.typeName(change.type);
    if (version === undefined) continue;
    if (deciding !== undefined) {
      const current = deciding.get(change.pid);
      if (current === undefined || !(await mayKnow(engine, ctx, typeName, current))) continue;
      if (version.body !== null && !(await mayKnow(engine, ctx, typeName, version))) continue;
      if (!(await mayAsk(engine, ctx, listener, typeName))) continue;
    }
    known.push({ change, typeName, version });
  }
  return known;
}

function shown(engine: Engine, access: Access, type: string, version: KeptVersion): string | undefined {
  const { id, updated, body } = version;
  if (body === null) return undefined;
  return shownText(engine.definitions, access, resourceText({ type, id, version: version.version, updated, body }));
}

async function mayKnow(engine: Engine, ctx: Ctx, type: string, kept: KeptVersion): Promise<boolean> {
  const { id, version, updated, body } = kept;
  if (body === null) return false;
  const row = { type, id, version, updated, body };
  const { access } = ctx;
  const mayFind = access.allowed(type, 'search');
  if (mayFind === 'none' || (mayFind !== 'all' && !access.permits(parseStored(type, row), 'search'))) return false;
  return mayRead(engine, ctx, row);
}

/** By the decisions, which equal principals share as long as nothing is otherwise. */
const askable = new WeakMap<Access['hidden'], Map<Trigger, Promise<boolean>>>();

/** Whether none of the criteria about the type look at elements that are hidden by now. */
async function mayAsk(engine: Engine, ctx: Ctx, listener: Listener, type: string): Promise<boolean> {
  const known = askable.get(ctx.access.hidden) ?? new Map<Trigger, Promise<boolean>>();
  askable.set(ctx.access.hidden, known);
  for (const trigger of listener.definition.triggers) {
    if (trigger.type !== type) continue;
    let answer = known.get(trigger);
    if (answer === undefined) known.set(trigger, (answer = looksAtNothingHidden(engine, ctx, trigger)));
    if (!(await answer)) return false;
  }
  return true;
}

async function looksAtNothingHidden(engine: Engine, ctx: Ctx, trigger: Trigger): Promise<boolean> {
  if (engine.definitions.isResourceType(trigger.type) && ctx.access.hidden(trigger.type).length === 0) return true;
  try {
    for (const query of [...trigger.current, ...trigger.previous, ...trigger.filters]) {
      const tree = await readCriteria(engine, ctx, trigger.type, query, 'Subscription.criteria');
      narrow(tree, ctx.access, engine.registry);
    }
    return true;
  } catch (error) {
    if (error instanceof Fault) return false;
    throw error;
  }
}
