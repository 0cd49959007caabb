import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { HttpRefusal } from '../../http/http-refusal.ts';
import { answerType, readMediaType } from './answer-types.ts';
import type { Caller } from './caller.ts';
import type { DicomPath } from './dicom-path.ts';
import { BadFile, readIdentity, type FileIdentity } from './file-identity.ts';
import type { MayStore } from './may-store.ts';
import type { PacsCaller } from './pacs-caller.ts';
import { BadParts, createPartReader } from './part-stream.ts';
import { proxiedUrl } from './proxied-url.ts';
import { retrievalRefusal } from './retrieve.ts';
import { rewriteJsonText } from './rewrite-json.ts';
import { readText } from './search-web.ts';
import { isUid } from './dicom-path.ts';

export interface StoreParts {
  readonly pacs: PacsCaller;
  readonly mayStore: MayStore;
  /** Of DICOMweb here, as clients see it; without a slash at the end. */
  readonly base: string;
}

export interface Stored {
  readonly status: number;
  /** DICOM JSON: what was taken, and what was not. */
  readonly text: string;
}

/** Most bytes of a request. */
const MOST_BYTES = 4 * 1024 * 1024 * 1024;
/** Within which a file has to say whose it is. */
const MOST_BEGIN = 1024 * 1024;
const BOUNDARY = 'athanor-images';
/** All, some, or none was taken. */
const ANSWERED = [200, 202, 409];

const bad = (text: string): HttpRefusal => new HttpRefusal(400, 'structure', text, { Connection: 'close' });

/**
 * Stores DICOM files of one study, streaming: each is passed on when it is known whose it is, and that the caller may store it.
 * The PACS is given them as files of that study, so that it refuses one in which it reads another.
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.5.html
 */
export async function storeWeb(
  { pacs, mayStore, base }: StoreParts,
  caller: Caller,
  { study: wanted }: Pick<DicomPath, 'study'>,
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<Stored> {
  const files = readFiles(request, boundaryOf(request));
  const first = await files.next();
  if (first.done === true || first.value.kind !== 'begin') throw bad('There is no DICOM file in it.');
  const { identity } = first.value;
  if (wanted !== undefined && wanted !== identity.study) throw ofAnotherStudy();
  await mayStore(caller, identity);
  const answer = await pacs.call({
    method: 'POST',
    path: `studies/${identity.study}`,
    accept: 'application/dicom+json',
    body: {
      type: `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
      stream: Readable.from(passedOn(first.value, files)),
    },
    signal,
  });
  const { status, message, url } = answer;
  if (!ANSWERED.includes(status)) throw retrievalRefusal(answer);
  if (answerType(message.headers).kind !== 'json' && status !== 200) throw retrievalRefusal(answer);
  const text = await readText(message);
  return { status, text: rewriteJsonText(text, (said) => proxiedUrl(said, url, base)) };
}

const ofAnotherStudy = (): HttpRefusal =>
  new HttpRefusal(
    409,
    'conflict',
    'All files of a request are of one study and patient, and of the study in its address.',
    {
      Connection: 'close',
    },
  );

function boundaryOf({ headers }: IncomingMessage): string {
  const type = readMediaType(headers['content-type']);
  const boundary = type?.parameters.get('boundary');
  const isFiles = readMediaType(type?.parameters.get('type'))?.name === 'application/dicom';
  if (type?.name === 'multipart/related' && isFiles && boundary !== undefined && /^[!-~ ]{1,70}$/.test(boundary))
    return boundary;
  throw new HttpRefusal(415, 'not-supported', 'Images are stored as multipart/related; type="application/dicom".', {
    Connection: 'close',
  });
}

type FilePiece =
  | { readonly kind: 'begin'; readonly identity: FileIdentity; readonly data: Buffer }
  | { readonly kind: 'more'; readonly data: Buffer };

/** Files as they come, each beginning with as much of it as says whose it is. */
async function* readFiles(request: IncomingMessage, boundary: string): AsyncGenerator<FilePiece, void, undefined> {
  const reader = createPartReader(boundary);
  let begin: Buffer | undefined;
  let length = 0;
  try {
    // A request that is refused on its way is answered: its connection outlives the reading.
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > MOST_BYTES)
        throw new HttpRefusal(413, 'too-long', 'That is too much at once.', { Connection: 'close' });
      for (const event of reader.read(chunk)) {
        if (event.kind === 'headers') {
          expectDicom(event.headers);
          begin = Buffer.alloc(0);
        } else if (event.kind === 'end') {
          if (begin !== undefined) throw new BadFile('it ends before it says whose it is');
        } else if (begin === undefined) yield { kind: 'more', data: event.data };
        else {
          begin = Buffer.concat([begin, event.data]);
          const identity = readIdentity(begin);
          if (identity === undefined && begin.length > MOST_BEGIN) throw new BadFile('it does not say whose it is');
          if (identity === undefined) continue;
          if (!isUid(identity.study)) throw new BadFile('no UID');
          yield { kind: 'begin', identity, data: begin };
          begin = undefined;
        }
      }
    }
    reader.end();
  } catch (error) {
    if (error instanceof BadFile) throw bad('A file in it is no DICOM file, or in a form that is not read here.');
    if (error instanceof BadParts) throw bad('The body is not written as its Content-Type says.');
    throw error;
  }
}

function expectDicom(headers: ReadonlyMap<string, string>): void {
  const name = readMediaType(headers.get('content-type'))?.name ?? 'application/dicom';
  if (name !== 'application/dicom') throw new BadParts('a part is no DICOM file');
}

/** As a multipart body of our own: nothing of the caller's headers goes on. */
async function* passedOn(
  first: FilePiece & { readonly kind: 'begin' },
  rest: AsyncIterable<FilePiece>,
): AsyncGenerator<Buffer, void, undefined> {
  const { study, patientId } = first.identity;
  const head = Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`);
  yield head;
  yield first.data;
  for await (const piece of rest) {
    if (piece.kind === 'begin') {
      if (piece.identity.study !== study || piece.identity.patientId !== patientId) throw ofAnotherStudy();
      yield Buffer.from('\r\n');
      yield head;
    }
    yield piece.data;
  }
  yield Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
}
