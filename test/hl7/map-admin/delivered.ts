import { randomUUID } from 'node:crypto';
import type { Outcome } from '../../../hl7-gateway/deliver/deliver.ts';
import { LAB, type DeliveryClinic } from '../deliver/delivery-clinic.ts';
import { contextOf, mapMessage, messageOf } from './samples.ts';

let sent = 0;

/**
 * Maps and delivers a message of the partner LAB.
 * @param header trigger event and time: `ADT^A01`, `20240301080000`
 */
export async function send(
  clinic: DeliveryClinic,
  [event, time]: readonly [string, string],
  ...segments: readonly string[]
): Promise<Outcome | undefined> {
  sent += 1;
  const message = messageOf(`MSH|^~\\&|LAB|L|A|B|${time}||${event}|${sent}|P|2.5`, ...segments);
  const context = contextOf('lab');
  const [outcome] = await clinic.deliver({
    id: randomUUID(),
    controlId: message.controlId,
    event: message.event,
    receivedAt: context.receivedAt,
    partner: LAB,
    mapped: mapMessage(message, context),
  });
  return outcome;
}
