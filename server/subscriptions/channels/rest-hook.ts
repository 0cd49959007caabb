import type { ChannelContext, Delivery } from './channel.ts';
import { post } from './post.ts';

/**
 * The resource, or nothing when no payload was asked for; of a topic the notification's Bundle.
 * https://hl7.org/fhir/R4/subscription.html#2.46.7.1
 */
export async function sendRestHook(context: ChannelContext, delivery: Delivery): Promise<void> {
  const { channel, event, bundle } = delivery;
  const text = channel.payload === undefined ? undefined : event?.text;
  await post(context, delivery, channel.endpoint, bundle ?? text ?? '');
}
