import type { IncomingMessage } from 'node:http';
import { HttpRefusal } from './http-refusal.ts';

/**
 * The whole body of a request.
 * @param most bytes
 * @throws HttpRefusal 413 for a longer one; the rest of it is not read
 */
export async function readBody(request: IncomingMessage, most: number): Promise<Buffer> {
  const tooLong = (): HttpRefusal =>
    new HttpRefusal(413, 'too-long', `The body may have ${most} bytes.`, { Connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > most) throw tooLong();
  const parts: Buffer[] = [];
  let length = 0;
  // A request that is too long is answered: its connection outlives the reading.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) throw tooLong();
    parts.push(part);
  }
  return Buffer.concat(parts, length);
}
