import { STATUS_CODES } from 'node:http';
import { fault } from '../../kernel/fault.ts';
import { stringifyJson } from '../../kernel/json.ts';
import type { Ctx, Engine } from '../engine.ts';
import { etag } from '../write/answer.ts';
import { writtenText } from '../write/write-answer.ts';
import type { FhirResponse, Method, Prefer } from '../request.ts';
import type { Done } from './execute.ts';
import { outcomeOf } from '../outcome.ts';

function statusText(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ''}`.trimEnd();
}

/** One entry of a transaction-response, as JSON text. Bodies ride along only when asked for (`return=representation`). */
export async function writtenEntry(
  engine: Engine,
  ctx: Ctx,
  done: Exclude<Done, { kind: 'other' }>,
  prefer: Prefer,
): Promise<string> {
  if (done.kind === 'deleted') {
    const tag = done.version === undefined ? '' : `,"etag":${JSON.stringify(etag(done.version))}`;
    return `{"response":{"status":"204 No Content"${tag}}}`;
  }
  const { row, status } = done;
  const response =
    `{"status":"${statusText(status)}","location":"${row.type}/${row.id}/_history/${row.version}",` +
    `"etag":${JSON.stringify(etag(row.version))},"lastModified":"${new Date(row.updated).toISOString()}"`;
  if (prefer.return === 'representation') {
    const text = await writtenText(engine, ctx, row);
    return text === undefined ? `{"response":${response}}}` : `{"resource":${text},"response":${response}}}`;
  }
  if (prefer.return !== 'OperationOutcome') return `{"response":${response}}}`;
  const outcome = outcomeOf([
    { severity: 'information', code: 'informational', text: `${row.type}/${row.id} was stored.` },
  ]);
  return `{"response":${response},"outcome":${stringifyJson(outcome)}}}`;
}

/** Any interaction's answer as an entry; that of HEAD has no body. */
export function answeredEntry(answer: FhirResponse, method?: Method): string {
  const { status, headers, text, raw, stream } = answer;
  if (stream !== undefined) throw streamedAlone();
  const response: Record<string, string> = { status: statusText(status) };
  const location = headers.Location ?? headers['Content-Location'];
  if (location !== undefined) response.location = location;
  if (headers.ETag !== undefined) response.etag = headers.ETag;
  const modified = headers['Last-Modified'];
  if (modified !== undefined) response.lastModified = new Date(modified).toISOString();
  const json = JSON.stringify(response);
  const bytes = raw ?? ownText(answer);
  if (bytes !== undefined) {
    const binary = JSON.stringify({
      resourceType: 'Binary',
      contentType: bytes.contentType,
      data: bytes.bytes.toString('base64'),
    });
    return `{"resource":${binary},"response":${json}}`;
  }
  if (text === undefined || (method === 'HEAD' && status < 400)) return `{"response":${json}}`;
  // A failed entry explains itself in response.outcome: https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response.outcome
  return status >= 400
    ? `{"response":${json.slice(0, -1)},"outcome":${text}}}`
    : `{"resource":${text},"response":${json}}`;
}

/** A text that is no resource. */
function ownText({ headers, text }: FhirResponse): FhirResponse['raw'] {
  const contentType = headers['Content-Type'];
  return contentType === undefined || text === undefined ? undefined : { bytes: Buffer.from(text), contentType };
}

function streamedAlone(): Error {
  const text = 'What this answers is of any length and is sent by itself, never in a Bundle.';
  return fault('bundle.streamed', 400, 'not-supported', text);
}

export function bundleText(
  type: 'transaction-response' | 'batch-response',
  id: string,
  entries: readonly string[],
): string {
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return `{"resourceType":"Bundle","id":"${id}","type":"${type}"${list}}`;
}
