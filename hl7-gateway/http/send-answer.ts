import type { ServerResponse } from 'node:http';
import type { HttpRefusal } from './http-refusal.ts';

/** Answers with the whole of a text; the length is said. HEAD gets the same headers. */
export function sendText(response: ServerResponse, status: number, type: string, text: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}

/** Answers with an OperationOutcome. http://hl7.org/fhir/R4/operationoutcome.html */
export function sendRefusal(response: ServerResponse, { status, code, message, headers }: HttpRefusal): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  sendText(response, status, OUTCOME_TYPE, outcomeText(code, message));
}

export const OUTCOME_TYPE = 'application/fhir+json; charset=utf-8';

export function outcomeText(code: string, text: string): string {
  return JSON.stringify({
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code, details: { text }, diagnostics: text }],
  });
}
