import { createHmac } from 'node:crypto';
import { Fault } from '../../kernel/fault.ts';
import { outboundStatus } from '../../kernel/outbound-fetch.ts';
import { Hopeless } from '../target.ts';
import type { ChannelContext, Delivery } from './channel.ts';

const MAX_ANSWER = 65_536;

/**
 * Posts a notification. It carries the number of the event (the same at each repetition), the time, and, in the manner of
 * https://www.standardwebhooks.com, HMAC-SHA256 over `id.time.body` by the subscription's secret.
 * @throws Error when the answer is not 2xx; Hopeless when the address may not be asked
 */
export async function post(
  { outbound, now, timeoutOf }: ChannelContext,
  { listener, channel, id }: Delivery,
  url: string,
  body: string,
): Promise<void> {
  const time = String(Math.floor(now() / 1000));
  const headers: Record<string, string> = Object.fromEntries(channel.headers);
  headers['X-Athanor-Subscription'] = listener.id;
  headers['X-Athanor-Event'] = id;
  headers['X-Athanor-Timestamp'] = time;
  if (listener.secret !== null) headers['X-Athanor-Signature'] = signatureOf(listener.secret, id, time, body);
  if (body !== '') headers['Content-Type'] = channel.payload ?? 'application/fhir+json';
  headers['Content-Length'] = String(Buffer.byteLength(body));
  let status: number;
  try {
    const rules = { ...outbound, maxBytes: MAX_ANSWER, timeout: timeoutOf(channel) };
    status = await outboundStatus(url, { method: 'POST', headers, body }, rules);
  } catch (error) {
    if (error instanceof Fault) throw new Hopeless(error.issues[0]?.text ?? error.code, { cause: error });
    throw error;
  }
  if (status < 200 || status > 299) throw new Error(`the receiver answered ${status}`);
}

function signatureOf(secret: string, id: string, time: string, body: string): string {
  const key = Buffer.from(secret, 'base64');
  return `sha256=${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('hex')}`;
}
