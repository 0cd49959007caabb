import { request as plainRequest, Agent as PlainAgent, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as tlsRequest, Agent as TlsAgent } from 'node:https';

export interface HttpCall {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface HttpLimits {
  /** Most milliseconds that a call takes, its answer included. */
  readonly timeout: number;
  /** Most bytes of an answer. */
  readonly answerBytes: number;
  /** Connections at once. */
  readonly connections: number;
}

/** Calls over connections that are kept. */
export interface HttpCaller {
  /** @throws Unreachable when there is no whole answer */
  call(call: HttpCall): Promise<HttpAnswer>;
  close(): void;
}

/** There was no answer, or none that says what was done: whether anything was is not known. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
  /** Of the answer, where there was one. */
  readonly status: number | undefined;
  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/**
 * Whether it is the server that does not answer now, whatever it is asked; otherwise (an error of its own, a refusal) what it
 * is asked may be at fault.
 */
export function isDown({ status }: Unreachable): boolean {
  return status === undefined || [401, 408, 425, 429].includes(status) || status > 500;
}

export function openHttpCaller(limits: HttpLimits): HttpCaller {
  const options = { keepAlive: true, maxSockets: limits.connections };
  const plain = new PlainAgent(options);
  const tls = new TlsAgent(options);
  return {
    async call({ url, method, headers, body }) {
      const signal = AbortSignal.timeout(limits.timeout);
      const isTls = url.protocol === 'https:';
      const init: RequestOptions = {
        method,
        signal,
        agent: isTls ? tls : plain,
        headers: { ...headers, ...(body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }) },
      };
      try {
        return await new Promise<HttpAnswer>((resolve, reject) => {
          const request = (isTls ? tlsRequest : plainRequest)(url, init, (response) => {
            readAnswer(response, limits.answerBytes).then(resolve, reject);
          });
          request.on('error', reject);
          request.end(body);
        });
      } catch (cause) {
        throw new Unreachable('the FHIR server did not answer', undefined, { cause });
      }
    },
    close() {
      plain.destroy();
      tls.destroy();
    },
  };
}

async function readAnswer(response: IncomingMessage, most: number): Promise<HttpAnswer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > most) throw new Error(`the answer has more than ${most} bytes`);
    parts.push(part);
  }
  if (!response.complete) throw new Error('the answer was cut');
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(response.headers)) {
    if (value !== undefined) headers[name] = String(value);
  }
  return { status: response.statusCode ?? 0, headers, text: Buffer.concat(parts).toString('utf8') };
}
