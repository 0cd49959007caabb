import type { Access } from '../../access/access.ts';
import type { SubscriberOwner } from '../../fhir/subscriptions/definition.ts';
import { requestContext } from '../../fhir/request-context.ts';
import { NO_TRAIL } from '../../fhir/audit-trail.ts';
import { readSubscriber, type SubscriberKey } from '../../storage/subscribers.ts';
import { readEvents } from '../../storage/subscription-events.ts';
import { accessOf, bundleOf, recordDisclosure, type DeliveryContext } from '../deliver-subscription.ts';
import { listenerOf, type Listener } from '../listeners.ts';
import { askedSubscription } from '../operations/asked-subscription.ts';
import { visibleEvents, type VisibleEvent } from '../visible-event.ts';

/** A websocket that is told of a Subscription's events. */
export interface Binding {
  readonly key: SubscriberKey;
  /** Who bound it: they are told of what both they and the Subscription's owner may see. */
  readonly binder: SubscriberOwner;
  /** `ping`: the R4 form, which tells only that something happened. */
  readonly form: 'bundle' | 'ping';
  /** Number of the last event that was looked at. */
  position: number;
  /** Milliseconds: when a message must be sent, whatever happens. */
  heartbeat: number;
}

const PAGE = 100;

/**
 * The binding of a Subscription that the principal may see and that is in force.
 * @throws Fault 404; Error with a text for the client
 */
export async function bindingOf(
  context: DeliveryContext,
  binder: SubscriberOwner,
  id: string,
  form: Binding['form'],
): Promise<{ readonly binding: Binding; readonly listener: Listener }> {
  const access = await binderAccess(context, binder);
  const { engine, base, now } = context;
  const ctx = requestContext(engine, { requestId: 'websocket', baseUrl: base, access, audit: NO_TRAIL });
  const { listener } = await askedSubscription(context, ctx, '$bind', id);
  if (listener?.state !== 'active' || listener.definition.channel?.kind !== 'websocket') {
    throw new Error(`Subscription/${id} is no active one with a websocket as its channel`);
  }
  const { tenant, id: name, lastNumber: position } = listener;
  return {
    listener,
    binding: { key: { tenant, id: name }, binder, form, position, heartbeat: nextHeartbeat(listener, now()) },
  };
}

/**
 * What a websocket is to be sent by now; undefined: the Subscription is not in force any more.
 * @param lastNumber of its last event; undefined: it is not in force
 * @throws Hopeless when its owner, or who bound it, may do nothing any more
 */
export async function messagesOf(
  context: DeliveryContext,
  binding: Binding,
  lastNumber: number | undefined,
): Promise<readonly string[] | undefined> {
  const { engine, now } = context;
  if (lastNumber === undefined) return undefined;
  if (lastNumber <= binding.position && now() < binding.heartbeat) return [];
  const row = await readSubscriber(engine.db, binding.key);
  const listener = row && listenerOf(row);
  const channel = listener?.definition.channel;
  if (listener?.state !== 'active' || channel === undefined) return undefined;
  const messages = await eventMessages(context, binding, listener);
  if (messages.length === 0 && now() >= binding.heartbeat) {
    messages.push(bundleOf(context, listener, channel, 'heartbeat', []));
  }
  if (messages.length > 0) binding.heartbeat = nextHeartbeat(listener, now());
  return messages;
}

function nextHeartbeat({ definition: { channel } }: Listener, now: number): number {
  return channel?.heartbeat === undefined ? Infinity : now + channel.heartbeat * 1000;
}

async function eventMessages(context: DeliveryContext, binding: Binding, listener: Listener): Promise<string[]> {
  const { channel } = listener.definition;
  if (listener.lastNumber <= binding.position || channel === undefined) return [];
  const { engine } = context;
  const stored = await readEvents(engine.db, listener, binding.position + 1, listener.lastNumber, PAGE);
  const [owner, binder] = [await accessOf(context, listener), await binderAccess(context, binding.binder)];
  const forOwner = await visibleEvents(engine, owner, listener, stored);
  const forBinder = owner === binder ? forOwner : await visibleEvents(engine, binder, listener, stored);
  binding.position = stored.at(-1)?.number ?? listener.lastNumber;
  const both = seenByBoth(forOwner, forBinder, owner.isUnrestricted, binder.isUnrestricted);
  if (both.length > 0 && binding.form === 'bundle') await recordDisclosure(context, binding.binder.principal, both);
  if (binding.form === 'ping') return both.length === 0 ? [] : [`ping ${listener.id.replace(/^Subscription\//, '')}`];
  return both.map((event) => bundleOf(context, listener, channel, 'event-notification', [event]));
}

/** With their content when it is clear what both may see of it: elements may be hidden from each. */
function seenByBoth(
  forOwner: readonly VisibleEvent[],
  forBinder: readonly VisibleEvent[],
  doesOwnerSeeAll: boolean,
  doesBinderSeeAll: boolean,
): readonly VisibleEvent[] {
  const byNumber = new Map(forOwner.map((event) => [event.number, event]));
  return forBinder.flatMap((event) => {
    const other = byNumber.get(event.number);
    if (other === undefined) return [];
    if (other.text === event.text || doesOwnerSeeAll) return [event];
    return [doesBinderSeeAll ? other : { ...event, text: undefined }];
  });
}

async function binderAccess(
  { engine, principalNow }: DeliveryContext,
  { principal, since }: SubscriberOwner,
): Promise<Access> {
  const current = await principalNow(principal, since);
  if (typeof current === 'string') throw new Error(current);
  return engine.access(current);
}
