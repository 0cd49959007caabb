import { randomUUID } from 'node:crypto';
import type { Principal } from '../access/principal.ts';
import type { Access } from '../access/access.ts';
import type { RequestTrail } from '../fhir/audit-trail.ts';
import type { Engine } from '../fhir/engine.ts';
import type { ChannelDefinition, ChannelKind, SubscriberOwner } from '../fhir/subscriptions/definition.ts';
import { versionText, type KeptVersion } from '../storage/changes.ts';
import type { StoredEvent } from '../storage/subscription-events.ts';
import type { ChannelContext, Send } from './channels/channel.ts';
import { sendEmail } from './channels/email.ts';
import { sendMessage } from './channels/message.ts';
import { sendRestHook } from './channels/rest-hook.ts';
import type { Listener } from './listeners.ts';
import { notificationBundle, type NotificationType } from './notification.ts';
import { Hopeless } from './target.ts';
import { visibleEvents, type VisibleEvent } from './visible-event.ts';

const SEND: Readonly<Record<Exclude<ChannelKind, 'websocket'>, Send>> = {
  'rest-hook': sendRestHook,
  email: sendEmail,
  message: sendMessage,
};

export interface DeliveryContext extends ChannelContext {
  readonly engine: Engine;
  /**
   * The principal as it is by now; a text: why it may do nothing any more (disabled, revoked).
   * @param since milliseconds: when they asked to be told
   */
  principalNow(principal: Principal, since: number): Promise<Principal | string>;
  /** The audit trail; undefined: nothing is recorded. */
  readonly openTrail:
    ((request: { principal: Principal; requestId: string; ip: string; baseUrl: string }) => RequestTrail) | undefined;
}

/**
 * Whether the event was told, or may not be told to its subscriber (any more).
 * @param version see Target.deliver
 */
export async function deliverEvent(
  context: DeliveryContext,
  listener: Listener,
  channel: ChannelDefinition,
  event: StoredEvent,
  version: KeptVersion | undefined,
): Promise<'delivered' | 'dropped'> {
  const { engine } = context;
  const access = await accessOf(context, listener);
  const [visible] = await visibleEvents(
    engine,
    access,
    listener,
    [event],
    version && new Map([[versionText(version), version]]),
  );
  if (visible === undefined) return 'dropped';
  await recordDisclosure(context, access.principal, [visible]);
  const bundle =
    channel.topic === undefined ? undefined : bundleOf(context, listener, channel, 'event-notification', [visible]);
  await send(channel)(context, { listener, channel, id: event.id, event: visible, bundle });
  return 'delivered';
}

/**
 * Recorded before it is sent: what cannot be recorded is not told.
 * @throws Fault 503
 */
export async function recordDisclosure(
  { openTrail, base }: DeliveryContext,
  principal: Principal,
  events: readonly VisibleEvent[],
): Promise<void> {
  const trail = openTrail?.({ principal, requestId: randomUUID(), ip: '', baseUrl: base });
  if (trail === undefined) return;
  for (const { typeName: type, resourceId: id, version, text } of events) {
    const seen = text === undefined ? [] : [{ type, id, body: text }];
    trail.note({ action: 'R', interaction: 'notification', type, id, version, seen });
  }
  trail.succeeded(200);
  await trail.settle();
}

/** A handshake or heartbeat of a subscription to a topic. @throws Error when the receiver does not take it */
export async function sendWithoutEvent(
  context: DeliveryContext,
  listener: Listener,
  channel: ChannelDefinition,
  type: 'handshake' | 'heartbeat',
): Promise<void> {
  await accessOf(context, listener);
  const bundle = bundleOf(context, listener, channel, type, []);
  await send(channel)(context, { listener, channel, id: randomUUID(), event: undefined, bundle });
}

/** @throws Hopeless when the owner may do nothing any more */
export async function accessOf({ engine, principalNow }: DeliveryContext, listener: Listener): Promise<Access> {
  if (listener.owner === null) throw new Hopeless('nobody owns the subscription');
  const owner = JSON.parse(listener.owner) as SubscriberOwner;
  const principal = await principalNow(owner.principal, owner.since);
  if (typeof principal === 'string') throw new Hopeless(principal);
  return engine.access(principal);
}

export function bundleOf(
  { base, now }: ChannelContext,
  listener: Listener,
  channel: ChannelDefinition,
  type: NotificationType,
  events: readonly VisibleEvent[],
): string {
  return notificationBundle({
    base,
    subscription: listener.id,
    topic: channel.topic,
    status: listener.state,
    type,
    total: events.at(-1)?.number ?? listener.lastNumber,
    events,
    content: channel.content,
    now: now(),
  });
}

function send({ kind }: ChannelDefinition): Send {
  if (kind === 'websocket') throw new Error('websockets read their events themselves');
  return SEND[kind];
}
