import { createHash } from 'node:crypto';
import { narrow } from '../../access/narrow.ts';
import { stringifyJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { queryPairs } from '../../search/parse/query-pairs.ts';
import type { Ctx, Engine } from '../engine.ts';
import { bad, readCriteria, splitCriteria } from './criteria.ts';
import { simpleTrigger, type SubscriberDefinition, type Trigger } from './definition.ts';
import { extensionValues, objectOf, textOf } from './elements.ts';
import { BACKPORT, readChannel } from './read-channel.ts';
import { findTopic, SHIPPED_TOPICS, type Topic, type TopicTrigger } from './topics.ts';

const AT = 'Subscription.criteria';
const MAX_FILTERS = 20;

/**
 * What a Subscription asks for: R4 criteria, or the canonical of a topic with filters (subscriptions backport).
 * https://hl7.org/fhir/R4/subscription.html http://hl7.org/fhir/uv/subscriptions-backport
 * @throws Fault 422 for what cannot be served, 403 for criteria about elements that are hidden from who asks
 */
export async function readSubscription(
  engine: Engine,
  ctx: Ctx,
  subscription: JsonObject,
): Promise<SubscriberDefinition> {
  const criteria = textOf(subscription, 'criteria') ?? '';
  const isTopic = /^(https?:\/\/|urn:)/.test(criteria);
  const triggers = isTopic
    ? await topicTriggers(engine, ctx, criteria, filtersOf(subscription))
    : [await criteriaTrigger(engine, ctx, criteria)];
  const channel = readChannel(subscription, isTopic ? criteria : undefined);
  return { source: sourceOf(subscription), triggers, channel };
}

/** Equal as long as nothing of it is otherwise that decides what is sent where. */
export function sourceOf({ criteria, _criteria, channel, end }: JsonObject): string {
  const asked: JsonValue = [criteria ?? null, _criteria ?? null, channel ?? null, end ?? null];
  return createHash('sha256').update(stringifyJson(asked)).digest('base64url');
}

function filtersOf(subscription: JsonObject): readonly string[] {
  const values = extensionValues(objectOf(subscription, '_criteria'), `${BACKPORT}backport-filter-criteria`);
  if (values.length > MAX_FILTERS) throw bad(`At most ${MAX_FILTERS} filters are taken`, AT);
  return values.filter((value) => typeof value === 'string');
}

async function criteriaTrigger(engine: Engine, ctx: Ctx, criteria: string): Promise<Trigger> {
  const { type, query } = splitCriteria(engine, criteria, AT);
  await check(engine, ctx, type, query);
  return simpleTrigger(type, query, ['create', 'update']);
}

async function topicTriggers(
  engine: Engine,
  ctx: Ctx,
  canonical: string,
  filters: readonly string[],
): Promise<readonly Trigger[]> {
  const topic = await findTopic(engine, ctx, canonical);
  if (topic === undefined || topic.triggers.length === 0) {
    const known = SHIPPED_TOPICS.map(({ url }) => url).join(', ');
    throw bad(
      `"${canonical.slice(0, 200)}" is no topic of this server; it has ${known}, and those defined as Basic`,
      AT,
    );
  }
  const split = filters.map((filter) => splitFilter(engine, topic, filter));
  const triggers: Trigger[] = [];
  for (const trigger of topic.triggers) {
    // A filter of one type leaves the other types of the topic alone.
    const own = split.filter(({ type }) => type === undefined || type === trigger.type).map(({ query }) => query);
    const made = triggerOf(trigger, own);
    for (const query of [...made.current, ...made.previous, ...made.filters])
      await check(engine, ctx, made.type, query);
    triggers.push(made);
  }
  return triggers;
}

function triggerOf(trigger: TopicTrigger, filters: readonly string[]): Trigger {
  const { type, interactions, previous, current, requireBoth, previousOfCreate, currentOfDelete } = trigger;
  const queries = (text: string | undefined): readonly string[] =>
    text === undefined ? [] : [text.replace(/^[A-Za-z]+\?/, '')];
  return {
    type,
    interactions,
    current: queries(current),
    previous: queries(previous),
    filters,
    requireBoth,
    previousOfCreate,
    currentOfDelete,
  };
}

/** `Encounter?patient=Patient/1`, or without the type for all types of the topic. */
function splitFilter(engine: Engine, topic: Topic, filter: string): { type: string | undefined; query: string } {
  const isTyped = /^[A-Za-z]+\?/.test(filter);
  const { type, query } = isTyped ? splitCriteria(engine, filter, AT) : { type: undefined, query: filter };
  const names = queryPairs(query).map(({ name }) => name.split(':')[0] ?? '');
  const types = topic.triggers.map((trigger) => trigger.type);
  if (type !== undefined && !types.includes(type)) throw bad(`The topic is about ${types.join(', ')}, not ${type}`, AT);
  const { filters } = topic;
  const other = names.find((name) => filters !== undefined && !filters.includes(name));
  if (names.length > 0 && other === undefined) return { type, query };
  throw bad(
    `A filter must be a search by ${filters?.join(', ') ?? 'some parameter'}, such as Encounter?patient=Patient/1`,
    AT,
  );
}

/** Whoever asks may not learn by criteria what is hidden from them. */
async function check(engine: Engine, ctx: Ctx, type: string, query: string): Promise<void> {
  if (query === '') return;
  narrow(await readCriteria(engine, ctx, type, query, AT), ctx.access, engine.registry);
}
