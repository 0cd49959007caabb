import { readFileSync } from 'node:fs';
import { decodeMessage } from '../hl7/charset.ts';
import { splitBatch } from '../hl7/batch.ts';
import { parseMessage, serializeMessage } from '../hl7/parse-message.ts';
import { isReplyTo, readReply } from '../hl7/read-reply.ts';
import { MllpClient, MllpSendFailure } from '../mllp/mllp-client.ts';

const ANY = { fallbackCharset: 'windows-1252' };

/**
 * Sends the messages of files, one after the other, and prints a line for each reply: a simulator of a sender.
 * @param to `mllp://host:port` or `mllps://host:port`
 * @returns the exit code: 1 when one of them was not accepted
 */
export async function sendFile(files: readonly string[], to: string): Promise<number> {
  const { protocol, hostname, port } = new URL(to);
  if (protocol !== 'mllp:' && protocol !== 'mllps:') throw new Error('--to is no mllp://HOST:PORT');
  const client = new MllpClient({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port),
    ...(protocol === 'mllps:' ? { tls: {} } : {}),
  });
  let refused = 0;
  try {
    for (const file of files) {
      for (const bytes of splitBatch(readFileSync(file)).messages) {
        const message = parseMessage(decodeMessage(bytes, ANY).text);
        // The bytes as they are, but with the ends of segments that the wire has.
        const sent = Buffer.from(serializeMessage(parseMessage(Buffer.from(bytes).toString('latin1')), '\r'), 'latin1');
        const reply = await client.send(sent, (frame) => isReplyTo(frame, message.controlId));
        const { code, text, errors } = readReply(parseMessage(decodeMessage(reply, ANY).text));
        if (code !== 'AA' && code !== 'CA') refused += 1;
        const why = [text, ...errors.map(({ location, text: error }) => [location, error].filter(Boolean).join(' '))];
        process.stdout.write(`${file} ${message.controlId} ${code} ${why.filter(Boolean).join('; ')}\n`);
      }
    }
  } catch (error) {
    if (!(error instanceof MllpSendFailure)) throw error;
    process.stderr.write(`athanor hl7: ${to}: ${error.message}\n`);
    return 1;
  } finally {
    client.close();
  }
  return refused === 0 ? 0 : 1;
}
