import { stringifyJson } from '../../kernel/json.ts';
import { resourceText } from '../../storage/body.ts';
import { etag } from '../write/answer.ts';
import type { FhirResponse, Prefer } from '../request.ts';
import type { Done } from './execute.ts';
import { outcomeOf } from '../outcome.ts';

const REASONS: Readonly<Record<number, string>> = {
  200: '200 OK',
  201: '201 Created',
  204: '204 No Content',
  304: '304 Not Modified',
};

/** One entry of a transaction-response, as JSON text. Bodies ride along only when asked for (`return=representation`). */
export function writtenEntry(done: Exclude<Done, { kind: 'other' }>, prefer: Prefer): string {
  if (done.kind === 'deleted') {
    const tag = done.version === undefined ? '' : `,"etag":${JSON.stringify(etag(done.version))}`;
    return `{"response":{"status":"204 No Content"${tag}}}`;
  }
  const { row, status } = done;
  const response =
    `{"status":"${REASONS[status]}","location":"${row.type}/${row.id}/_history/${row.version}",` +
    `"etag":${JSON.stringify(etag(row.version))},"lastModified":"${new Date(row.updated).toISOString()}"`;
  if (prefer.return === 'representation') return `{"resource":${resourceText(row)},"response":${response}}}`;
  if (prefer.return !== 'OperationOutcome') return `{"response":${response}}}`;
  const outcome = outcomeOf([
    { severity: 'information', code: 'informational', text: `${row.type}/${row.id} was stored.` },
  ]);
  return `{"response":${response},"outcome":${stringifyJson(outcome)}}}`;
}

/** Any interaction's answer as an entry. */
export function answeredEntry(answer: FhirResponse): string {
  const { status, headers, text, raw } = answer;
  const response: Record<string, string> = { status: REASONS[status] ?? String(status) };
  if (headers.Location !== undefined) response.location = headers.Location;
  if (headers.ETag !== undefined) response.etag = headers.ETag;
  const modified = headers['Last-Modified'];
  if (modified !== undefined) response.lastModified = new Date(modified).toISOString();
  const json = JSON.stringify(response);
  if (raw !== undefined) {
    const binary = JSON.stringify({
      resourceType: 'Binary',
      contentType: raw.contentType,
      data: raw.bytes.toString('base64'),
    });
    return `{"resource":${binary},"response":${json}}`;
  }
  if (text === undefined) return `{"response":${json}}`;
  // A failed entry explains itself in response.outcome: https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response.outcome
  return status >= 400
    ? `{"response":${json.slice(0, -1)},"outcome":${text}}}`
    : `{"resource":${text},"response":${json}}`;
}

export function bundleText(
  type: 'transaction-response' | 'batch-response',
  id: string,
  entries: readonly string[],
): string {
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return `{"resourceType":"Bundle","id":"${id}","type":"${type}"${list}}`;
}
