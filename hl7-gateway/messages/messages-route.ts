import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Fault, fault } from '../../server/kernel/fault.ts';
import {
  JsonSyntaxError,
  parseJson,
  stringifyJson,
  type JsonObject,
  type JsonValue,
} from '../../server/kernel/json.ts';
import { Unreachable } from '../client/http-call.ts';
import { SearchRefused } from '../deliver/read/read-bundle.ts';
import { HttpRefusal, onlyMethods } from '../http/http-refusal.ts';
import type { HttpRoute } from '../http/http-route.ts';
import { readBody } from '../http/read-body.ts';
import { sendText } from '../http/send-answer.ts';
import { StoreUnavailable } from '../store/open-store.ts';
import { actionInput } from './action-input.ts';
import { ACTIONS, type ActionPorts } from './message-actions.ts';

const PREFIX = '/messages/';
/** A text of a MiB, each character of several bytes, in JSON. */
const MOST_BYTES = 8 * 1024 * 1024;
/** Characters of a secret that nobody guesses. */
const SHORTEST_SECRET = 32;

/**
 * What the FHIR server asks about messages, by POST with the secret that both have; it decides who may ask, and records it.
 * Answers are JSON; what an action refuses has `fault` (a stable code), `type` (an issue type of FHIR) and `text`.
 * @param secret undefined, or shorter than 32 characters: nobody is answered
 */
export function messagesRoute(ports: ActionPorts, secret: string | undefined): HttpRoute {
  const expected = secret === undefined || secret.length < SHORTEST_SECRET ? undefined : digest(secret);
  return {
    prefix: PREFIX,
    async handle(request, response, { pathname }) {
      expectSecret(request, expected);
      onlyMethods(request.method, 'POST');
      const action = ACTIONS.get(pathname.slice(PREFIX.length));
      if (action === undefined) throw new HttpRefusal(404, 'not-found', 'Nothing is here.');
      const body = await readBody(request, MOST_BYTES);
      const answer = (status: number, content: JsonObject): void =>
        sendText(response, status, 'application/json; charset=utf-8', stringifyJson(content));
      try {
        answer(200, await action(ports, actionInput(jsonOf(body))));
      } catch (error) {
        const { status, code, issues } = asFault(error);
        const [{ code: type, text } = { code: 'exception', text: '' }] = issues;
        answer(status, { fault: code, type, text });
      }
    },
  };
}

/** Compared by their hashes, whose lengths are equal: the time tells nothing of the secret. */
function expectSecret({ headers }: IncomingMessage, expected: Buffer | undefined): void {
  const [, given = ''] = /^Bearer (\S+)$/.exec(headers.authorization ?? '') ?? [];
  if (expected !== undefined && timingSafeEqual(digest(given), expected)) return;
  throw new HttpRefusal(401, 'login', 'Only the FHIR server is answered here.', { 'WWW-Authenticate': 'Bearer' });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** @throws Fault 422 */
function jsonOf(body: Buffer): JsonValue {
  try {
    return parseJson(body.toString('utf8'));
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    throw fault('hl7.badInput', 422, 'structure', 'The request is no JSON.', undefined, { cause });
  }
}

/** @throws what is a bug's doing */
function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof StoreUnavailable || error instanceof Unreachable || error instanceof SearchRefused) {
    const text = 'The database of the gateway, or the FHIR server, does not answer it now.';
    return fault('hl7.notNow', 503, 'transient', text, undefined, { cause: error });
  }
  throw error;
}
