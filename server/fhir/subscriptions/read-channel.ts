import { fault, type Fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { ChannelDefinition, ChannelKind, PayloadContent } from './definition.ts';
import { extensionNumber, extensionText, objectOf, textOf, textsOf } from './elements.ts';

/** http://hl7.org/fhir/uv/subscriptions-backport */
export const BACKPORT = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';

const KINDS: readonly ChannelKind[] = ['rest-hook', 'websocket', 'email', 'message'];
const CONTENTS: readonly PayloadContent[] = ['empty', 'id-only', 'full-resource'];
const MEDIA_TYPES = ['application/fhir+json', 'application/json'];
/** Names that frame the request, or that the server itself sends. */
const FORBIDDEN =
  /^(host|content-.*|transfer-encoding|connection|keep-alive|upgrade|te|trailer|expect|proxy-.*|cookie|accept-encoding|x-athanor-.*|x-forwarded-.*|forwarded)$/i;
const HEADER = /^([A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}):[ \t]*([\x20-\x7e]{0,4000})$/;
const MAX_HEADERS = 20;
const MAX_HEARTBEAT = 86_400;
const MIN_HEARTBEAT = 10;
const MAX_TIMEOUT = 60;

/**
 * Where notifications go, out of Subscription.channel.
 * @param topic canonical of a subscription to a topic
 * @throws Fault 422 that says what would be accepted
 */
export function readChannel(subscription: JsonObject, topic: string | undefined): ChannelDefinition {
  const channel = objectOf(subscription, 'channel');
  const kind = KINDS.find((known) => known === textOf(channel, 'type'));
  if (kind === undefined) {
    throw refused(`channel.type must be ${KINDS.join(', ')}; others are not supported`, 'Subscription.channel.type');
  }
  const payload = textOf(channel, 'payload');
  if (payload !== undefined && !MEDIA_TYPES.includes(payload.split(';')[0]?.trim() ?? '')) {
    throw refused(`channel.payload must be ${MEDIA_TYPES.join(' or ')}, or absent`, 'Subscription.channel.payload');
  }
  const heartbeat = seconds(channel, 'backport-heartbeat-period', MIN_HEARTBEAT, MAX_HEARTBEAT);
  const timeout = seconds(channel, 'backport-timeout', 1, MAX_TIMEOUT);
  return {
    kind,
    endpoint: endpointOf(kind, textOf(channel, 'endpoint')),
    headers: headersOf(kind, textsOf(channel, 'header')),
    content: contentOf(channel, topic !== undefined, payload !== undefined),
    ...(payload === undefined ? {} : { payload }),
    ...(topic === undefined ? {} : { topic }),
    ...(heartbeat === undefined || topic === undefined ? {} : { heartbeat }),
    ...(timeout === undefined ? {} : { timeout }),
  };
}

function contentOf(channel: JsonObject | undefined, isTopic: boolean, hasPayload: boolean): PayloadContent {
  const text = extensionText(objectOf(channel, '_payload'), `${BACKPORT}backport-payload-content`);
  if (text === undefined) return isTopic || !hasPayload ? 'empty' : 'full-resource';
  const content = CONTENTS.find((known) => known === text);
  if (content !== undefined) return content;
  throw refused(`The content of the payload must be ${CONTENTS.join(', ')}`, 'Subscription.channel.payload.extension');
}

function seconds(channel: JsonObject | undefined, name: string, min: number, max: number): number | undefined {
  const value = extensionNumber(channel, BACKPORT + name);
  if (value === undefined || (value >= min && value <= max)) return value;
  throw refused(`${name} must be ${min} to ${max} seconds`, 'Subscription.channel.extension');
}

function endpointOf(kind: ChannelKind, endpoint: string | undefined): string {
  const at = 'Subscription.channel.endpoint';
  if (kind === 'websocket') {
    if (endpoint === undefined) return '';
    throw refused('A websocket has no endpoint: the client connects to this server', at);
  }
  if (kind === 'email') {
    const address = endpoint?.replace(/^mailto:/, '') ?? '';
    if (/^[^\s@<>,;:"()[\]\\]{1,64}@[A-Za-z0-9.-]{1,253}$/.test(address)) return address;
    throw refused('The endpoint of an email channel must be one address, such as mailto:ward@example.org', at);
  }
  const url = endpoint !== undefined && URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw refused(
      'The endpoint must be an absolute URL such as https://example.org/hook, without user or password',
      at,
    );
  }
  return url.href;
}

function headersOf(kind: ChannelKind, lines: readonly string[]): readonly (readonly [string, string])[] {
  const at = 'Subscription.channel.header';
  if (lines.length > MAX_HEADERS) throw refused(`At most ${MAX_HEADERS} headers are sent`, at);
  if (lines.length > 0 && kind !== 'rest-hook' && kind !== 'message') {
    throw refused('Only rest-hook and message channels have headers', at);
  }
  return lines.map((line) => {
    const [, name = '', value = ''] = HEADER.exec(line) ?? [];
    if (name !== '' && !FORBIDDEN.test(name)) return [name, value] as const;
    throw refused(
      'Each header must be "Name: value" in ASCII, such as "Authorization: Bearer …"; names that frame the request ' +
        '(Host, Content-…, Connection, …), Cookie, forwarding headers and X-Athanor-… are not taken',
      at,
    );
  });
}

function refused(text: string, expression: string): Fault {
  return fault('subscription.badChannel', 422, 'value', `${text}.`, expression);
}
