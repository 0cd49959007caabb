import { Transform } from 'node:stream';
import { partContentType } from './answer-types.ts';
import { createPartReader, type PartEvent } from './part-stream.ts';

/**
 * Hands on a multipart body, with no more of its parts' headers than is known: types that are served, and addresses of here.
 * A part of another type, or a body that is cut, ends the stream with an error.
 * @param addressOf for one that the PACS says; undefined: there is none
 */
export function rewriteParts(boundary: string, addressOf: (said: string) => string | undefined): Transform {
  const reader = createPartReader(boundary);
  const write = (stream: Transform, event: PartEvent): void => {
    if (event.kind === 'data') stream.push(event.data);
    else if (event.kind === 'end') stream.push('\r\n');
    else stream.push(`--${boundary}\r\n${headersText(event.headers, addressOf)}\r\n`);
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      try {
        for (const event of reader.read(chunk)) write(this, event);
        done();
      } catch (error) {
        done(asError(error));
      }
    },
    flush(done) {
      try {
        reader.end();
        done(null, `--${boundary}--\r\n`);
      } catch (error) {
        done(asError(error));
      }
    },
  });
}

function headersText(headers: ReadonlyMap<string, string>, addressOf: (said: string) => string | undefined): string {
  const type = partContentType(headers.get('content-type'));
  if (type === undefined) throw new Error('the PACS answered with a part of what is not served here');
  const location = headers.get('content-location');
  const address = location === undefined ? undefined : addressOf(location);
  return `Content-Type: ${type}\r\n${address === undefined ? '' : `Content-Location: ${address}\r\n`}`;
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error('a body could not be read'));
