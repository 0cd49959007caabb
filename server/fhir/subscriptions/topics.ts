import { isObject, type JsonObject } from '../../kernel/json.ts';
import { readLive } from '../../storage/read.ts';
import type { Interaction } from '../../storage/changes.ts';
import type { Ctx, Engine } from '../engine.ts';
import { serverContext } from '../request-context.ts';
import { parseStored } from '../write/current.ts';
import { findMatches } from '../write/matches.ts';
import { extensionText, extensionValues, objectsOf } from './elements.ts';
import shipped from './topics.json' with { type: 'json' };

/** What can be subscribed to. https://hl7.org/fhir/R5/subscriptiontopic.html */
export interface Topic {
  /** Canonical. */
  readonly url: string;
  readonly triggers: readonly TopicTrigger[];
  /** Search parameters that subscriptions may filter by; undefined: any that decides about the resource itself. */
  readonly filters: readonly string[] | undefined;
}

export interface TopicTrigger {
  readonly type: string;
  readonly interactions: readonly Interaction[];
  /** Query strings, with or without `Type?` before them. */
  readonly previous?: string;
  readonly current?: string;
  readonly requireBoth: boolean;
  readonly previousOfCreate: boolean;
  readonly currentOfDelete: boolean;
}

const INTERACTIONS: readonly Interaction[] = ['create', 'update', 'delete'];

/** Those that every tenant has. */
export const SHIPPED_TOPICS: readonly Topic[] = shipped.map(({ url, triggers, filters }) => ({
  url,
  filters,
  triggers: triggers.map((trigger) => ({
    type: trigger.type,
    interactions: INTERACTIONS.filter((each) => trigger.interactions.includes(each)),
    ...('previous' in trigger ? { previous: trigger.previous } : {}),
    ...('current' in trigger ? { current: trigger.current } : {}),
    requireBoth: 'requireBoth' in trigger,
    previousOfCreate: true,
    currentOfDelete: true,
  })),
}));

/** The form of R5 topics in R4: a Basic with the R5 elements as extensions. https://hl7.org/fhir/R5/versions.html#extensions */
const R5 = 'http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.';
const TOPIC_QUERY = 'code=http://hl7.org/fhir/fhir-types|SubscriptionTopic';
const MAX_TOPICS = 500;

/** The topic of a canonical (a version behind `|` is passed over), of the server or of the tenant. */
export async function findTopic(engine: Engine, ctx: Ctx, canonical: string): Promise<Topic | undefined> {
  const [url = ''] = canonical.split('|');
  return (
    SHIPPED_TOPICS.find((topic) => topic.url === url) ??
    (await ownTopics(engine, ctx)).find((topic) => topic.url === url)
  );
}

/** Topics that the tenant has defined, those in use and not retired. */
async function ownTopics(engine: Engine, ctx: Ctx): Promise<readonly Topic[]> {
  // Whoever subscribes need not see the definition.
  const inner = { ...serverContext(engine, ctx.tenant, ctx.requestId, ctx.baseUrl), db: ctx.db };
  const [matches = []] = await findMatches(engine, inner, [{ type: 'Basic', query: TOPIC_QUERY }], MAX_TOPICS);
  const hasher = engine.hasher(ctx.tenant);
  const topics: Topic[] = [];
  for (const { id } of matches) {
    const live = await readLive(ctx.db, ctx.tenant, hasher.target(`Basic/${id}`), undefined);
    const topic = live === undefined ? undefined : readTopic(parseStored('Basic', { ...live, id }));
    if (topic !== undefined) topics.push(topic);
  }
  return topics;
}

function readTopic(basic: JsonObject): Topic | undefined {
  const url = extensionText(basic, `${R5}url`);
  const status = extensionText(basic, `${R5}status`) ?? 'active';
  if (url === undefined || (status !== 'active' && status !== 'draft')) return undefined;
  const parts = (name: string): readonly JsonObject[] =>
    objectsOf(basic, 'extension').filter((extension) => extension.url === R5 + name);
  const filters = parts('canFilterBy').flatMap((part) => extensionText(part, 'filterParameter') ?? []);
  return {
    url,
    triggers: parts('resourceTrigger').flatMap((part) => readTrigger(part) ?? []),
    filters: filters.length === 0 ? undefined : filters,
  };
}

function readTrigger(part: JsonObject): TopicTrigger | undefined {
  const type = extensionText(part, 'resource')?.replace(/^.*\//, '');
  if (type === undefined) return undefined;
  const named = extensionValues(part, 'supportedInteraction');
  const interactions = INTERACTIONS.filter((each) => named.length === 0 || named.includes(each));
  const criteria = objectsOf(part, 'extension').find(({ url }) => url === 'queryCriteria');
  const [previous, current] = [extensionText(criteria, 'previous'), extensionText(criteria, 'current')];
  return {
    type,
    interactions,
    ...(previous === undefined ? {} : { previous }),
    ...(current === undefined ? {} : { current }),
    requireBoth: isObject(criteria) && extensionValues(criteria, 'requireBoth').includes(true),
    previousOfCreate: extensionText(criteria, 'resultForCreate') !== 'test-fails',
    currentOfDelete: extensionText(criteria, 'resultForDelete') !== 'test-fails',
  };
}
