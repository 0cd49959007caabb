import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import type { OAuthOptions } from './options.ts';
import { readRecord } from './records.ts';

/** Bytes; requests to refresh are short. */
const MAX_BODY = 8192;

/**
 * Apps without a secret refresh by the refresh token alone, as SMART has it: `client_id` is none of the parameters there, but
 * the library looks for it first. Who has the token is named by it.
 * https://hl7.org/fhir/smart-app-launch/app-launch.html#request-3
 */
export function clientOfRefresh({ db, now }: Pick<OAuthOptions, 'db' | 'now'>): RequestHandler {
  return async (request, _response, next) => {
    const { headers } = request;
    const length = Number(headers['content-length'] ?? 0);
    if (headers.authorization !== undefined || !(length > 0 && length <= MAX_BODY)) {
      next();
      return;
    }
    const body = await peek(request, length);
    // Nobody is there to be answered any more.
    if (body === undefined) return;
    const parameters = new URLSearchParams(body.toString('latin1'));
    const token = parameters.get('refresh_token');
    const isRefresh = parameters.get('grant_type') === 'refresh_token' && token !== null;
    const isNamed = ['client_id', 'client_assertion'].some((name) => parameters.has(name));
    const found = isRefresh && !isNamed ? await readRecord(db, 'RefreshToken', token, now()) : undefined;
    const client = found?.payload.clientId;
    if (typeof client === 'string') {
      const named = Buffer.concat([body, Buffer.from(`&client_id=${encodeURIComponent(client)}`)]);
      headers['content-length'] = String(named.length);
      request.read();
      request.unshift(named);
    }
    next();
  };
}

/**
 * The body, which stays in the stream: a stream does not end while something is put back in the turn in which its last bytes
 * were taken. Undefined when the client went away.
 */
function peek(request: IncomingMessage, length: number): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let received = 0;
    const settle = (body: Buffer | undefined): void => {
      request.off('readable', take).off('close', leave);
      resolve(body);
    };
    const leave = (): void => settle(undefined);
    const take = (): void => {
      const chunk = request.read() as Buffer | null;
      if (chunk === null) return;
      chunks.push(chunk);
      received += chunk.length;
      if (received < length) return;
      const body = Buffer.concat(chunks);
      request.unshift(body);
      settle(body);
    };
    request.on('readable', take).on('close', leave);
  });
}
