import { Hopeless } from '../target.ts';
import type { ChannelContext, Delivery } from './channel.ts';

/**
 * A mail that names the resource, with its text only when a payload was asked for: mail is read by others on its way.
 * https://hl7.org/fhir/R4/subscription.html#2.46.7.3
 */
export async function sendEmail({ base, sendMail }: ChannelContext, delivery: Delivery): Promise<void> {
  if (sendMail === undefined) throw new Hopeless('this server sends no mail (SMTP_URL)');
  const { listener, channel, id, event, bundle } = delivery;
  const lines = [
    event === undefined
      ? `${listener.id} is in force.`
      : channel.content === 'empty'
        ? `Something happened that ${listener.id} asks for.`
        : `${VERBS[event.interaction]}: ${base}/${event.typeName}/${event.resourceId}`,
    `Subscription: ${base}/${listener.id}`,
    `Event: ${id}`,
  ];
  const content = bundle ?? (channel.payload === undefined ? undefined : event?.text);
  if (content !== undefined) lines.push('', content);
  await sendMail({ to: channel.endpoint, subject: `Notification of ${listener.id}`, text: lines.join('\n') });
}

const VERBS = { create: 'Created', update: 'Changed', delete: 'Deleted' } as const;
