import { randomUUID } from 'node:crypto';
import type { ChannelContext, Delivery } from './channel.ts';
import { post } from './post.ts';

const EVENT = 'https://athanor.health/fhir/message-events/subscription';

/** A Bundle of type message to the endpoint's $process-message. https://hl7.org/fhir/R4/messageheader-operation-process-message.html */
export async function sendMessage(context: ChannelContext, delivery: Delivery): Promise<void> {
  const url = `${delivery.channel.endpoint.replace(/\/+$/, '')}/$process-message`;
  await post(context, delivery, url, messageBundle(context, delivery));
}

function messageBundle({ base, now }: ChannelContext, { listener, channel, id, event, bundle }: Delivery): string {
  const header = {
    resourceType: 'MessageHeader',
    id: randomUUID(),
    eventUri: channel.topic ?? EVENT,
    destination: [{ endpoint: channel.endpoint }],
    source: { name: listener.id, endpoint: base },
    ...(event === undefined || channel.content === 'empty'
      ? {}
      : { focus: [{ reference: `${base}/${event.typeName}/${event.resourceId}` }] }),
  };
  const entries = [`{"fullUrl":"urn:uuid:${header.id}","resource":${JSON.stringify(header)}}`];
  if (bundle !== undefined) entries.push(`{"fullUrl":"urn:uuid:${randomUUID()}","resource":${bundle}}`);
  else if (event?.text !== undefined && channel.content === 'full-resource') {
    const fullUrl = JSON.stringify(`${base}/${event.typeName}/${event.resourceId}`);
    entries.push(`{"fullUrl":${fullUrl},"resource":${event.text}}`);
  }
  const timestamp = new Date(now()).toISOString();
  // The same for each repetition, by which a receiver knows it again.
  const identifier = { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${id}` };
  const head = JSON.stringify({ resourceType: 'Bundle', identifier, type: 'message', timestamp });
  return `${head.slice(0, -1)},"entry":[${entries.join(',')}]}`;
}
