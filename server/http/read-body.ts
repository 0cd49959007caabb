import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fault } from '../kernel/fault.ts';

const unzip = promisify(gunzip);

/**
 * The whole body of a request, decompressed; empty when there is none.
 * @param limit bytes, before and after decompression
 * @throws Fault 413 beyond the limit, 415 for an encoding other than gzip, 400 for broken gzip or a broken connection
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== '') {
    throw fault(
      'rest.badEncoding',
      415,
      'not-supported',
      'Content-Encoding may be gzip or be left out.',
      'http.Content-Encoding',
      {
        headers: { 'Accept-Encoding': 'gzip' },
      },
    );
  }
  const received = await collect(request, limit);
  return encoding === 'gzip' && received.length > 0 ? decompress(received, limit) : received;
}

/** Node reads and forgets what is left of a refused body, until the request's time is up; the client gets its answer. */
function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        request.off('data', onData);
        reject(tooLarge(limit));
      }
    };
    request.on('data', onData);
    request.on('end', () => {
      resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
    });
    request.on('error', (cause) =>
      reject(fault('rest.aborted', 400, 'incomplete', 'The connection ended within the body.', undefined, { cause })),
    );
  });
}

async function decompress(bytes: Buffer, limit: number): Promise<Buffer> {
  try {
    return await unzip(bytes, { maxOutputLength: limit });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(limit);
    throw fault('rest.badGzip', 400, 'structure', 'The body is not valid gzip.', 'http.body', { cause });
  }
}

export function tooLarge(limit: number): Error {
  return fault(
    'rest.bodyTooLarge',
    413,
    'too-long',
    `A body may have at most ${limit} bytes, also after decompression; send large Bundles in parts.`,
    'http.body',
  );
}
