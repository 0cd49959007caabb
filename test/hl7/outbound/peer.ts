import { acknowledge } from '../../../hl7-gateway/hl7/acknowledge.ts';
import { decodeMessage } from '../../../hl7-gateway/hl7/charset.ts';
import { newControlId } from '../../../hl7-gateway/hl7/control-id.ts';
import { parseMessage } from '../../../hl7-gateway/hl7/parse-message.ts';
import type { ParsedMessage } from '../../../hl7-gateway/hl7/parsed-message.ts';
import { serveMllp } from '../../../hl7-gateway/mllp/serve-mllp.ts';
import type { ListenerTls } from '../../../hl7-gateway/mllp/tls-settings.ts';

/** A code of MSA-1; `lose`: the message is taken, and the link closed without a reply; `hang`: nothing is said. */
export type Reaction = 'AA' | 'AE' | 'AR' | 'CA' | 'CR' | 'lose' | 'hang' | 'late';

export interface Peer {
  readonly port: number;
  /** In the order in which they came, each as often as it came. */
  readonly received: ParsedMessage[];
  /** What it does with the next messages. */
  react: (message: ParsedMessage, count: number) => Reaction;
  close(): Promise<void>;
}

/** A system that takes messages. @param port of a peer that was closed before */
export async function openPeer(port = 0, tls?: ListenerTls): Promise<Peer> {
  const received: ParsedMessage[] = [];
  const state: { react: Peer['react'] } = { react: () => 'AA' };
  const server = await serveMllp({
    listeners: [{ host: '127.0.0.1', port, ...(tls === undefined ? {} : { tls }) }],
    async receive(frame) {
      const message = parseMessage(decodeMessage(frame, { fallbackCharset: 'windows-1252' }).text);
      received.push(message);
      const reaction = state.react(message, received.length);
      if (reaction === 'lose') throw new Error('the link is lost');
      if (reaction === 'hang') return undefined;
      const code = reaction === 'late' ? 'AA' : reaction;
      const text = acknowledge(message, { code, controlId: newControlId(), at: new Date() });
      // The answer to another message, as one that comes after its time would be.
      return Buffer.from(reaction === 'late' ? text.replace(message.controlId, 'EARLIER') : text);
    },
  });
  return Object.assign(state, { port: server.ports[0] ?? 0, received, close: () => server.close() });
}
