import type { IncomingMessage, ServerResponse } from 'node:http';
import { PassThrough, type Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HttpRefusal } from '../../http/http-refusal.ts';
import { acceptOf, answerType, type AnswerType } from './answer-types.ts';
import type { Caller } from './caller.ts';
import { writePath, type DicomPath } from './dicom-path.ts';
import type { PacsAnswer, PacsCaller } from './pacs-caller.ts';
import { proxiedUrl } from './proxied-url.ts';
import { rewriteJson } from './rewrite-json.ts';
import { rewriteParts } from './rewrite-parts.ts';
import type { StudyAccess } from './study-access.ts';
import { expectNoQuery, readRendering } from './web-query.ts';

/** What the requests of DICOMweb are answered with. */
export interface WebParts {
  readonly pacs: PacsCaller;
  readonly access: StudyAccess;
  /** Of DICOMweb here, as clients see it; without a slash at the end. */
  readonly base: string;
}

export interface WebExchange {
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Of the client going away. */
  readonly signal: AbortSignal;
}

const DICOM = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const OCTETS = 'multipart/related; type="application/octet-stream"; transfer-syntax=*';

/**
 * Retrieves what is named of a study that the caller sees, streaming: nothing of it is held here.
 * https://dicom.nema.org/medical/dicom/current/output/chtml/part18/sect_10.4.html
 */
export async function retrieve(
  { pacs, access, base }: WebParts,
  caller: Caller,
  path: DicomPath & { readonly study: string },
  { query, request, response, signal }: WebExchange,
): Promise<void> {
  const isDrawn = path.part === 'rendered' || path.part === 'thumbnail';
  const parameters = isDrawn ? readRendering(query) : [];
  if (!isDrawn) expectNoQuery(query);
  const accept = acceptOf(request.headers.accept, usualType(path));
  await access.expect(caller, path.study);
  const answer = await pacs.call({ method: 'GET', path: writePath(path), query: parameters, accept, signal });
  if (answer.status !== 200) throw retrievalRefusal(answer);
  await handOn(answer, base, request.method === 'HEAD', response);
}

function usualType({ part, frames, bulk }: DicomPath): string {
  if (part === 'metadata') return 'application/dicom+json';
  if (part === 'rendered' || part === 'thumbnail') return 'image/jpeg';
  return part === 'pixeldata' || frames !== undefined || bulk !== undefined ? OCTETS : DICOM;
}

async function handOn(answer: PacsAnswer, base: string, isHead: boolean, response: ServerResponse): Promise<void> {
  const { message, url } = answer;
  try {
    const type = answerType(message.headers);
    const length = message.headers['content-length'];
    response.statusCode = 200;
    response.setHeader('Content-Type', type.text);
    if (type.kind === 'bytes' && length !== undefined && /^[0-9]+$/.test(length)) {
      response.setHeader('Content-Length', length);
    }
    if (isHead) {
      response.end();
      message.destroy();
      return;
    }
    await pipeline(
      message,
      throughOf(type, (said) => proxiedUrl(said, url, base)),
      response,
    );
  } catch (error) {
    message.destroy();
    // Whoever asked went away.
    if (response.destroyed && !response.writableFinished && response.headersSent) return;
    throw error;
  }
}

function throughOf(type: AnswerType, addressOf: (said: string) => string | undefined): Transform {
  switch (type.kind) {
    case 'json':
      return rewriteJson(addressOf);
    case 'parts':
      return rewriteParts(type.boundary, addressOf);
    case 'bytes':
      return new PassThrough();
  }
}

/** What a PACS says beside its status is for its operator: it may name addresses, and patients. */
export function retrievalRefusal({ status, message }: PacsAnswer): HttpRefusal {
  message.destroy();
  if (status === 404 || status === 410) return new HttpRefusal(404, 'not-found', 'The PACS has no such resource.');
  if (status === 400) return new HttpRefusal(400, 'invalid', 'The PACS does not take the request.');
  if (status === 406 || status === 415) {
    return new HttpRefusal(406, 'not-supported', 'The PACS cannot give what was asked for in this form.');
  }
  if (status === 503 || status === 429) {
    return new HttpRefusal(503, 'transient', 'The PACS is busy.', { 'Retry-After': '5' });
  }
  return new HttpRefusal(502, 'exception', 'The PACS refused, or failed.');
}
