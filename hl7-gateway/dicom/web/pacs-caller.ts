import { Agent as PlainAgent, request as plainRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { HttpRefusal } from '../../http/http-refusal.ts';

export interface PacsCall {
  readonly method: 'GET' | 'POST';
  /** Below the base of DICOMweb, without a slash at the begin. */
  readonly path: string;
  readonly query?: readonly (readonly [string, string])[];
  readonly accept: string;
  readonly body?: { readonly type: string; readonly stream: Readable };
  /** Ends the call. */
  readonly signal: AbortSignal;
}

export interface PacsAnswer {
  readonly status: number;
  /** What was asked: addresses in the answer may be relative to it. */
  readonly url: URL;
  /** Lower case names; the body streams from it. */
  readonly message: IncomingMessage;
}

/** The PACS' DICOMweb. */
export interface PacsCaller {
  /** @throws HttpRefusal 502 when it does not answer, 504 when it does not in time */
  call(call: PacsCall): Promise<PacsAnswer>;
  close(): void;
}

export interface PacsAddress {
  /** DICOMweb base. */
  readonly dicomWeb: string;
  readonly user?: string;
  readonly password?: string;
}

const CONNECTIONS = 32;
/** Milliseconds in which a PACS says or takes nothing. */
const SILENCE = 60_000;

/** Calls are signed in as the gateway; where the PACS sends a caller elsewhere, nobody follows. */
export function openPacsCaller({ dicomWeb, user, password }: PacsAddress): PacsCaller {
  const base = dicomWeb.replace(/\/+$/, '');
  const isTls = base.startsWith('https:');
  const options = { keepAlive: true, maxSockets: CONNECTIONS };
  const agent = isTls ? new TlsAgent(options) : new PlainAgent(options);
  const authorization =
    user === undefined ? undefined : `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}`;
  return {
    async call({ method, path, query = [], accept, body, signal }) {
      const url = new URL(`${base}/${path}`);
      url.search = query.map(([name, value]) => `${name}=${encoded(value)}`).join('&');
      const init: RequestOptions = {
        method,
        agent,
        signal,
        timeout: SILENCE,
        headers: {
          accept,
          // What is packed could not be read on its way through.
          'accept-encoding': 'identity',
          ...(authorization === undefined ? {} : { authorization }),
          ...(body === undefined ? {} : { 'content-type': body.type }),
        },
      };
      const message = await send(isTls ? tlsRequest : plainRequest, url, init, body?.stream);
      return { status: message.statusCode ?? 0, url, message };
    },
    close: () => agent.destroy(),
  };
}

/** Commas stand between the parts of values, and are understood by all when they are written as they are. */
const encoded = (value: string): string => encodeURIComponent(value).replaceAll('%2C', ',');

function send(
  request: typeof plainRequest,
  url: URL,
  init: RequestOptions,
  body: Readable | undefined,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const fail = (error: unknown): void => {
      if (error instanceof HttpRefusal) reject(error);
      else if (isLate) reject(new HttpRefusal(504, 'timeout', 'The PACS did not answer in time.'));
      else reject(new HttpRefusal(502, 'transient', 'The PACS does not answer.'));
    };
    const call = request(url, init, resolve);
    call.on('error', fail);
    call.on('timeout', () => {
      isLate = true;
      call.destroy(new Error('the PACS is silent'));
    });
    if (body === undefined) call.end();
    // What ends it on its way, such as a part that is refused, is told as it is.
    else pipeline(body, call).catch(fail);
  });
}
