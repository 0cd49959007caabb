import { setTimeout as delay } from 'node:timers/promises';
import { isObject, JsonSyntaxError, parseJson, stringifyJson, type JsonObject } from '../../server/kernel/json.ts';
import { Unreachable, type HttpAnswer, type HttpCaller } from './http-call.ts';
import type { SignIn } from './sign-in.ts';

export interface FhirCall {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the base; '' is the base itself. */
  readonly path: string;
  readonly body?: JsonObject;
  /** Whether it may be sent again when there was no answer. Default: GET and PUT. */
  readonly isRepeatable?: boolean;
}

export interface FhirAnswer {
  readonly status: number;
  readonly body: JsonObject;
}

/** The FHIR server; numbers keep their digits both ways. */
export interface FhirClient {
  /**
   * The answer, whatever its status below 500.
   * @throws Unreachable when there is none, or the server cannot answer now (5xx, 429)
   */
  send(call: FhirCall): Promise<FhirAnswer>;
}

/** Pauses before a call is sent again, ms. */
const PAUSES = [100, 500];

/** @param base without a slash at the end @param signIn undefined: the server asks for none */
export function createFhirClient(base: string, http: HttpCaller, signIn?: SignIn): FhirClient {
  async function once(call: FhirCall, isFirst: boolean): Promise<FhirAnswer> {
    const token = await signIn?.token();
    const answer = await http.call({
      url: new URL(call.path === '' ? base : `${base}/${call.path}`),
      method: call.method,
      headers: {
        accept: 'application/fhir+json',
        ...(call.body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(call.body === undefined ? {} : { body: stringifyJson(call.body) }),
    });
    if (answer.status === 401 && token !== undefined && isFirst) {
      signIn?.forget(token);
      return once(call, false);
    }
    // A key that the server does not know now may be known again: nobody's message is at fault.
    if (answer.status >= 500 || [401, 408, 425, 429].includes(answer.status)) {
      throw new Unreachable(`the FHIR server answered ${answer.status}`, answer.status);
    }
    return { status: answer.status, body: bodyOf(answer) };
  }
  return {
    async send(call) {
      const isRepeatable = call.isRepeatable ?? call.method !== 'POST';
      for (const pause of isRepeatable ? PAUSES : []) {
        try {
          return await once(call, true);
        } catch (error) {
          if (!(error instanceof Unreachable)) throw error;
          await delay(pause);
        }
      }
      return once(call, true);
    },
  };
}

function bodyOf({ text }: HttpAnswer): JsonObject {
  try {
    const body = text === '' ? {} : parseJson(text);
    return isObject(body) ? body : {};
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw new Unreachable('the answer is no JSON', undefined, { cause: error });
    throw error;
  }
}
