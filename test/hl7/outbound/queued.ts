import { createHash, randomUUID } from 'node:crypto';
import type { Store } from '../../../hl7-gateway/store/open-store.ts';
import { queueMessages } from '../../../hl7-gateway/store/outgoing-messages.ts';

/** Queues one message for each control id. @returns ids of the messages */
export async function queue(
  store: Store,
  controlIds: readonly string[],
  destination = 'LAB',
): Promise<readonly string[]> {
  const messages = controlIds.map((controlId) => {
    const text = `MSH|^~\\&|A|B|${destination}||20260101||ADT^A08|${controlId}|P|2.5.1\rEVN|A08\rPID|1||1^^^X\r`;
    const bytes = Buffer.from(text);
    return {
      ...{ id: randomUUID(), destination, bytes, sha256: createHash('sha256').update(bytes).digest() },
      ...{ charset: 'utf-8', event: 'ADT^A08', controlId, version: '2.5.1', refs: [], resource: 'Patient/1' },
    };
  });
  await queueMessages(store, messages);
  return messages.map(({ id }) => id);
}
