import { fault, Fault, type IssueType } from '../kernel/fault.ts';
import {
  isObject,
  JsonSyntaxError,
  parseJson,
  stringifyJson,
  type JsonObject,
  type JsonValue,
} from '../kernel/json.ts';
import { outboundFetch } from '../kernel/outbound-fetch.ts';

/** The HL7 gateway, as it is asked about messages. */
export interface GatewayLink {
  /**
   * @param action last part of the path below `/messages/`
   * @returns what it answers
   * @throws Fault 503 while it does not answer; what it refuses itself, with its status and words
   */
  ask(action: string, question: JsonObject): Promise<JsonObject>;
}

export interface GatewayAddress {
  /** Without a slash at the end. */
  readonly url: string;
  /** By which it knows this server. */
  readonly secret: string;
}

/** A preview asks this server many things. */
const TIMEOUT = 30_000;
const MAX_BYTES = 32 * 1024 * 1024;

export function gatewayLink({ url, secret }: GatewayAddress): GatewayLink {
  return {
    async ask(action, question) {
      const headers = { Authorization: `Bearer ${secret}`, 'Content-Type': 'application/json' };
      const request = { method: 'POST', headers, body: stringifyJson(question) } as const;
      let answer: Response;
      let body: JsonValue;
      try {
        const rules = { allowPrivate: true, timeout: TIMEOUT, maxBytes: MAX_BYTES };
        answer = await outboundFetch(`${url}/messages/${action}`, request, rules);
        body = parseJson(await answer.text());
      } catch (cause) {
        throw notAnswering(cause instanceof JsonSyntaxError ? 'in a way that is not understood' : 'not', cause);
      }
      if (!isObject(body)) throw notAnswering('in a way that is not understood');
      if (answer.status === 200) return body;
      const { fault: code, type, text } = body;
      if (typeof code !== 'string' || typeof type !== 'string' || typeof text !== 'string') {
        // It is not what an action refused: another program is there, or it knows another secret.
        throw notAnswering(`with status ${answer.status}`);
      }
      throw new Fault(code, answer.status, [{ severity: 'error', code: type as IssueType, text }]);
    },
  };
}

function notAnswering(how: string, cause?: unknown): Error {
  const text = `The HL7 gateway answers ${how}; its messages are kept, and can be seen when it does.`;
  return fault('hl7.gatewayDown', 503, 'transient', text, undefined, cause === undefined ? {} : { cause });
}
