import { fault, type Fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import {
  endSubscriber,
  readSubscriber,
  removeSubscriber,
  requestSubscriber,
  type SubscriberKey,
} from '../../storage/subscribers.ts';
import type { Ctx, Engine } from '../engine.ts';
import { announceChange } from '../live/changes.ts';
import type { SubscriberDefinition, SubscriberOwner } from './definition.ts';
import { textOf } from './elements.ts';
import { readSubscription, sourceOf } from './read-subscription.ts';

/** The subscriber that a Subscription is. */
export function subscriberOf(tenant: number, id: string): SubscriberKey {
  return { tenant, id: `Subscription/${id}` };
}

/**
 * What follows from a written Subscription, in its transaction: who requests it is remembered with what they asked for, so
 * that the handshake can begin. Clients write `requested`, `off`, or `error` (which runs as little as `off`); only the server makes it
 * `active`, and by then has noted so beside it. https://hl7.org/fhir/R4/subscription-definitions.html#Subscription.status
 * @throws Fault 422
 */
export async function subscriptionChanged(
  engine: Engine,
  ctx: Ctx,
  written: { readonly id: string; readonly resource: JsonObject | undefined },
): Promise<void> {
  const { id, resource } = written;
  const key = subscriberOf(ctx.tenant, id);
  const status = textOf(resource, 'status');
  if (resource === undefined) await removeSubscriber(ctx.db, key);
  else if (status === 'off') await endSubscriber(ctx.db, key, ctx.now());
  else {
    const known = await readSubscriber(ctx.db, key);
    const isSame = known !== undefined && known.state === status && isSource(known.definition, resource);
    // As it came from another server, to be asked for again when somebody wants it.
    if (!isSame && status === 'error') {
      await endSubscriber(ctx.db, key, ctx.now());
      await announceChange(engine, ctx, 'subscribers');
      return;
    }
    if (!isSame && status !== 'requested') throw notByClients(status);
    // Nor does it become the property of whoever touches it while it waits for its handshake.
    if (isSame) {
      await announceChange(engine, ctx, 'subscribers');
      return;
    }
    const { breakGlass: _open, ...principal } = ctx.access.principal;
    const owner: SubscriberOwner = { principal, since: ctx.now() };
    const end = Date.parse(textOf(resource, 'end') ?? '');
    await requestSubscriber(ctx.db, key, {
      definition: JSON.stringify(await readSubscription(engine, ctx, resource)),
      owner: JSON.stringify(owner),
      now: ctx.now(),
      ends: Number.isNaN(end) ? null : end,
    });
  }
  await announceChange(engine, ctx, 'subscribers');
}

function isSource(definition: string, resource: JsonObject): boolean {
  return (JSON.parse(definition) as SubscriberDefinition).source === sourceOf(resource);
}

function notByClients(status: string | undefined): Fault {
  const text =
    `A Subscription becomes ${status ?? 'active'} by the server alone: write it with status requested; ` +
    'after any change of criteria or channel too. off ends it.';
  return fault('subscription.status', 422, 'business-rule', text, 'Subscription.status');
}
