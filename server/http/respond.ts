import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import type { Definitions } from '../definitions/definitions.ts';
import { outcomeOf, outcomeOfFault } from '../fhir/outcome.ts';
import type { FhirResponse } from '../fhir/request.ts';
import { writeXml } from '../formats/write-xml.ts';
import type { Fault, Issue } from '../kernel/fault.ts';
import { stringifyJson } from '../kernel/json.ts';
import type { Format } from './media-type.ts';
import { prettyJson } from './pretty-json.ts';

/** How the answer to one request is written. */
export interface Output {
  readonly requestId: string;
  readonly isHead: boolean;
  /** The connection ends with this answer. */
  readonly isLast: boolean;
  readonly format: Format;
  readonly isPretty: boolean;
  /** What every answer to this client carries, as name and value in turn. */
  readonly headers: readonly string[];
}

const JSON_TYPE = 'application/fhir+json; charset=utf-8';
const XML_TYPE = 'application/fhir+xml; charset=utf-8';

/** Writes the answer of an interaction: https://hl7.org/fhir/R4/http.html#mime-type */
export function respond(
  response: ServerResponse,
  answer: FhirResponse,
  output: Output,
  definitions: Definitions,
): void {
  const headers = ['X-Request-Id', output.requestId, ...output.headers];
  for (const name in answer.headers) headers.push(name, answer.headers[name] ?? '');
  if (output.isLast) headers.push('Connection', 'close');
  if (answer.status === 304 || answer.status === 204) {
    response.writeHead(answer.status, headers).end();
    return;
  }
  if (answer.raw !== undefined) {
    const { bytes, contentType } = answer.raw;
    // What a client stored is saved, not shown, by browsers.
    headers.push('Content-Disposition', 'attachment');
    headers.push('Content-Type', contentType, 'Content-Length', String(bytes.length));
    response.writeHead(answer.status, headers);
    if (output.isHead) response.end();
    else response.end(bytes);
    return;
  }
  if (answer.stream !== undefined) {
    headers.push('Content-Disposition', 'attachment');
    response.writeHead(answer.status, headers);
    // What fails on the way cuts the connection, so that nobody takes a part for the whole.
    if (output.isHead) response.end();
    else pipeline(answer.stream(), response, () => undefined);
    return;
  }
  // What has a type of its own is no resource.
  const isResource = answer.headers['Content-Type'] === undefined;
  const text = isResource ? written(answer.text, output, definitions) : (answer.text ?? '');
  if (isResource && text !== '') headers.push('Content-Type', output.format === 'xml' ? XML_TYPE : JSON_TYPE);
  headers.push('Content-Length', String(Buffer.byteLength(text)));
  response.writeHead(answer.status, headers).end(output.isHead ? '' : text);
}

function written(json: string | undefined, output: Output, definitions: Definitions): string {
  if (json === undefined) return '';
  if (output.format === 'xml') return writeXml(json, definitions, { pretty: output.isPretty });
  return output.isPretty ? prettyJson(json) : json;
}

/** An expected failure as an OperationOutcome. */
export function faultAnswer(fault: Fault): FhirResponse {
  return { status: fault.status, headers: fault.headers, text: stringifyJson(outcomeOfFault(fault)) };
}

/** A bug: the client gets the number to ask for, never a detail. */
export function bugAnswer(requestId: string): FhirResponse {
  const text = `The server failed; its log tells more about request ${requestId}.`;
  return { status: 500, headers: {}, text: outcomeText([{ severity: 'fatal', code: 'exception', text }]) };
}

export function outcomeText(issues: readonly Issue[]): string {
  return stringifyJson(outcomeOf(issues));
}
