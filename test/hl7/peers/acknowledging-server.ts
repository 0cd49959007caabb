import { decodeMessage } from '../../../hl7-gateway/hl7/charset.ts';
import type { LinkEvent } from '../../../hl7-gateway/mllp/mllp-link.ts';
import { serveMllp, type MllpListener, type MllpServer } from '../../../hl7-gateway/mllp/serve-mllp.ts';
import { acknowledgeFrame } from '../wire/acknowledge-frame.ts';

export interface AcknowledgingServer {
  readonly port: number;
  /** Texts of the messages, as they came. */
  readonly messages: string[];
  readonly events: LinkEvent[];
  /** Of the client that sent the last message. */
  certificate(): string | undefined;
  close(): Promise<void>;
}

/** The wire alone, without an inbox: every message is acknowledged. */
export async function openAcknowledgingServer(tls?: MllpListener['tls']): Promise<AcknowledgingServer> {
  const messages: string[] = [];
  const events: LinkEvent[] = [];
  let certificate: string | undefined;
  const server: MllpServer = await serveMllp({
    listeners: [{ host: '127.0.0.1', port: 0, ...(tls === undefined ? {} : { tls }) }],
    onEvent: (event) => void events.push(event),
    async receive(frame, link) {
      messages.push(decodeMessage(frame, { fallbackCharset: 'windows-1252' }).text);
      certificate = link.certificate;
      return acknowledgeFrame(frame, () => undefined);
    },
  });
  return {
    port: server.ports[0] ?? 0,
    messages,
    events,
    certificate: () => certificate,
    close: () => server.close(),
  };
}
