import { JsonSyntaxError, parseJson, type JsonValue } from '../../../../server/kernel/json.ts';
import { Unreachable, type HttpAnswer, type HttpCall, type HttpCaller } from '../../../client/http-call.ts';

/** How the PACS is asked. */
export interface PacsAccess {
  readonly http: HttpCaller;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

export interface PacsAnswer {
  readonly status: number;
  /** Undefined where the answer has no body. */
  readonly body: JsonValue | undefined;
}

/** What the PACS said is no answer to what it was asked. */
export class PacsRefused extends Error {
  override readonly name = 'PacsRefused';
  readonly status: number;
  constructor(status: number) {
    super(`the PACS answered ${status}`);
    this.status = status;
  }
}

export function authorization({ user, password = '' }: PacsAccess): Readonly<Record<string, string>> {
  if (user === undefined) return {};
  return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
}

async function answered({ http }: PacsAccess, call: HttpCall): Promise<HttpAnswer> {
  try {
    return await http.call(call);
  } catch (cause) {
    throw new Unreachable('the PACS did not answer', undefined, { cause });
  }
}

/**
 * One call whose answer is JSON.
 * @throws Unreachable when there is no answer, or none that can be read @throws PacsRefused for 4xx but 404 and 410
 */
export async function callPacs(
  access: PacsAccess,
  url: URL,
  accept = 'application/json',
  body?: string,
): Promise<PacsAnswer> {
  const answer = await answered(access, {
    url,
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept,
      ...authorization(access),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
  const { status, text } = answer;
  if (status >= 500 || status === 429 || status === 408) throw new Unreachable(`the PACS answered ${status}`, status);
  if (status === 404 || status === 410) return { status, body: undefined };
  if (status < 200 || status > 299) throw new PacsRefused(status);
  try {
    return { status, body: text.trim() === '' ? undefined : parseJson(text) };
  } catch (cause) {
    if (cause instanceof JsonSyntaxError) throw new Unreachable('the PACS answered no JSON', undefined, { cause });
    throw cause;
  }
}
