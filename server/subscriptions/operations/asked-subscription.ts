import type { Ctx } from '../../fhir/engine.ts';
import { visibleResource } from '../../fhir/interactions/visible.ts';
import { subscriberOf } from '../../fhir/subscriptions/subscription-changed.ts';
import { textOf } from '../../fhir/subscriptions/elements.ts';
import { fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { readSubscriber } from '../../storage/subscribers.ts';
import type { DeliveryContext } from '../deliver-subscription.ts';
import { listenerOf, type Listener } from '../listeners.ts';
import { statusParameters, type Notification } from '../notification.ts';

/** A Subscription that somebody asks about. */
export interface Asked {
  readonly resource: JsonObject;
  /** Undefined: it was off from the beginning. */
  readonly listener: Listener | undefined;
}

/**
 * One that the caller may see.
 * @param operation `$name`, for the audit trail
 * @throws Fault 404
 */
export async function askedSubscription(
  { engine }: DeliveryContext,
  ctx: Ctx,
  operation: string,
  id: string,
): Promise<Asked> {
  const resource = await visibleResource(engine, ctx, operation, 'Subscription', id);
  const row = await readSubscriber(ctx.db, subscriberOf(ctx.tenant, id));
  return { resource, listener: row && listenerOf(row) };
}

/** @throws Fault 409 when nobody listens by it */
export function listening({ listener, resource }: Asked): Listener {
  if (listener !== undefined) return listener;
  const text = `Subscription/${textOf(resource, 'id') ?? ''} is off; write it with status requested first.`;
  throw fault('subscription.off', 409, 'conflict', text);
}

/** What $status tells of it. */
export function statusOf(ctx: Ctx, { resource, listener }: Asked): Notification {
  return {
    base: ctx.baseUrl,
    subscription: `Subscription/${textOf(resource, 'id') ?? ''}`,
    topic: listener?.definition.channel?.topic,
    status: textOf(resource, 'status') ?? 'off',
    type: 'query-status',
    total: listener?.lastNumber ?? 0,
    events: [],
    content: 'empty',
    error: textOf(resource, 'error'),
    now: ctx.now(),
  };
}

export function statusEntryText(ctx: Ctx, asked: Asked): string {
  const resource = JSON.stringify(statusParameters(statusOf(ctx, asked)));
  return `{"fullUrl":"urn:uuid:${ctx.newId()}","resource":${resource},"search":{"mode":"match"}}`;
}
