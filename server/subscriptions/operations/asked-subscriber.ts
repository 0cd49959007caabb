import type { Ctx } from '../../fhir/engine.ts';
import { single, type Query } from '../../fhir/query.ts';
import { fault } from '../../kernel/fault.ts';
import type { SubscriberKey } from '../../storage/subscribers.ts';
import type { DeliveryContext } from '../deliver-subscription.ts';
import { askedSubscription, listening } from './asked-subscription.ts';

/**
 * The Subscription that an operation is called on, or the code of the server that is named by `subscriber`, such as a bot.
 * Of the latter the events of the caller's tenant are meant.
 * @throws Fault 400, 404
 */
export async function askedSubscriber(
  context: DeliveryContext,
  ctx: Ctx,
  operation: string,
  id: string | undefined,
  input: Query,
): Promise<SubscriberKey> {
  if (id !== undefined) return listening(await askedSubscription(context, ctx, operation, id));
  const name = single(input, 'subscriber') ?? '';
  if (name !== '' && !name.startsWith('Subscription/')) return { tenant: ctx.tenant, id: name };
  const text =
    'subscriber must be the name of a bot, such as bot:reminders; for a Subscription call the operation on it.';
  throw fault('operation.badParameter', 400, 'required', text, 'subscriber');
}

/** Numbers of events. @throws Fault 400 */
export function eventNumbers(input: Query, name: string): readonly number[] | undefined {
  const texts = input.get(name);
  if (texts === undefined) return undefined;
  if (texts.every((text) => /^\d{1,15}$/.test(text))) return texts.map(Number);
  throw fault('operation.badParameter', 400, 'value', `${name} must be the number of an event, such as 12.`, name);
}
