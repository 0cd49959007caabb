import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { fault } from '../kernel/fault.ts';

const unzip = promisify(gunzip);

// A client that is still sending does not read the answer: a body beyond the limit is read on and forgotten, up to here.
const DISCARDED = 4;

/**
 * The whole body of a request, decompressed; empty when there is none.
 * @param limit bytes, before and after decompression
 * @throws Fault 413 beyond the limit, 415 for an encoding other than gzip, 400 for broken gzip or a broken connection
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== '') {
    throw fault('rest.badEncoding', 415, 'not-supported', 'Content-Encoding may be gzip or be left out.', undefined, {
      headers: { 'Accept-Encoding': 'gzip' },
    });
  }
  const received = await collect(request, limit);
  return encoding === 'gzip' && received.length > 0 ? decompress(received, limit) : received;
}

function collect(request: IncomingMessage, limit: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > limit * DISCARDED) throw tooLarge(limit);
  return new Promise((resolve, reject) => {
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks = [];
        if (size > limit * DISCARDED) reject(tooLarge(limit));
      }
    });
    request.on('end', () => {
      if (size > limit) reject(tooLarge(limit));
      else resolve(chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks, size));
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
    throw fault('rest.badGzip', 400, 'structure', 'The body is not valid gzip.', undefined, { cause });
  }
}

function tooLarge(limit: number): Error {
  return fault(
    'rest.bodyTooLarge',
    413,
    'too-long',
    `A body may have at most ${limit} bytes, also after decompression; send large Bundles in parts.`,
    undefined,
    // Whatever follows on this connection would still be the body.
    { headers: { Connection: 'close' } },
  );
}
