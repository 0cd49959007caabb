import express, { type Request, type Response } from 'express';
import { Fault, fault } from '../../kernel/fault.ts';
import { isObject, JsonSyntaxError, parseJson, type JsonObject } from '../../kernel/json.ts';
import type { OAuthEventKind } from './oauth-event.ts';
import type { OAuthOptions } from './options.ts';

/** Reads a body of JSON, whatever type it says it has. */
export const readJson = express.text({ type: () => true, limit: '256kb' });

/** The object that {@link readJson} read. @throws Fault `client.invalid` 400 */
export function jsonOf(request: Request): JsonObject {
  try {
    const body = parseJson(typeof request.body === 'string' ? request.body : '');
    if (isObject(body)) return body;
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
  }
  throw fault('client.invalid', 400, 'structure', 'The body must be a JSON object with client metadata.');
}

/**
 * Answers faults in the form of OAuth, and records them. https://www.rfc-editor.org/rfc/rfc7591#section-3.2.2
 * @param kind of what is refused then
 */
export function answering(
  { onEvent, ipOf, now }: OAuthOptions,
  kind: OAuthEventKind,
  handle: (request: Request, response: Response) => Promise<void>,
): (request: Request, response: Response) => Promise<void> {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store');
    try {
      await handle(request, response);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      await onEvent({ kind, outcome: 'failure', at: now(), ip: ipOf(request), detail: error.message });
      response
        .status(error.status)
        .set(error.headers)
        .json({
          error: ERRORS[error.code] ?? (error.status >= 500 ? 'temporarily_unavailable' : 'invalid_client_metadata'),
          error_description: error.issues[0]?.text,
        });
    }
  };
}

const ERRORS: Readonly<Record<string, string>> = {
  'auth.badToken': 'invalid_token',
  'auth.notAdministrator': 'insufficient_scope',
  'access.secondFactor': 'insufficient_user_authentication',
  'client.unknown': 'invalid_request',
};
