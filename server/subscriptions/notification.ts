import { randomUUID } from 'node:crypto';
import type { PayloadContent } from '../fhir/subscriptions/definition.ts';
import type { VisibleEvent } from './visible-event.ts';

/** http://hl7.org/fhir/uv/subscriptions-backport/CodeSystem/backport-notification-type-code-system */
export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';

export interface Notification {
  /** Base URL, without a slash at the end. */
  readonly base: string;
  /** `Subscription/1` */
  readonly subscription: string;
  readonly topic: string | undefined;
  readonly status: string;
  readonly type: NotificationType;
  /** Events since the subscription began, those of this notification included. */
  readonly total: number;
  readonly events: readonly VisibleEvent[];
  readonly content: PayloadContent;
  /** What went wrong, when the status is error. */
  readonly error?: string | undefined;
  /** Milliseconds. */
  readonly now: number;
}

const PROFILE = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/';

/**
 * A notification in the R4 form of the backport, as JSON text: a Bundle whose first entry is the status.
 * http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-backport-subscription-notification-r4.html
 */
export function notificationBundle(notification: Notification): string {
  const { base, subscription, events, content, now } = notification;
  const head = {
    resourceType: 'Bundle',
    id: randomUUID(),
    meta: { profile: [`${PROFILE}backport-subscription-notification-r4`] },
    type: 'history',
    timestamp: new Date(now).toISOString(),
  };
  const status = statusEntry(notification, `${base}/${subscription}/$status`);
  const focus = content === 'empty' ? [] : events.map((event) => focusEntry(base, event, content === 'full-resource'));
  return `${JSON.stringify(head).slice(0, -1)},"entry":[${[JSON.stringify(status), ...focus].join(',')}]}`;
}

function statusEntry(notification: Notification, url: string): object {
  return {
    fullUrl: `urn:uuid:${randomUUID()}`,
    resource: statusParameters(notification),
    request: { method: 'GET', url },
    response: { status: '200' },
  };
}

/** http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition-backport-subscription-status-r4.html */
export function statusParameters(notification: Notification): object {
  const { base, subscription, topic, status, type, total, events, content, error } = notification;
  return {
    resourceType: 'Parameters',
    id: randomUUID(),
    meta: { profile: [`${PROFILE}backport-subscription-status-r4`] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${base}/${subscription}` } },
      ...(topic === undefined ? [] : [{ name: 'topic', valueCanonical: topic }]),
      { name: 'status', valueCode: status },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: String(total) },
      ...events.map((event) => ({
        name: 'notification-event',
        part: [
          { name: 'event-number', valueString: String(event.number) },
          { name: 'timestamp', valueInstant: new Date(event.at).toISOString() },
          ...(content === 'empty' ? [] : [{ name: 'focus', valueReference: { reference: urlOf(base, event) } }]),
        ],
      })),
      ...(error === undefined ? [] : [{ name: 'error', valueCodeableConcept: { text: error } }]),
    ],
  };
}

function focusEntry(base: string, event: VisibleEvent, isFull: boolean): string {
  const url = urlOf(base, event);
  const [method, status] = METHODS[event.interaction];
  const rest = {
    request: { method, url: method === 'POST' ? event.typeName : `${event.typeName}/${event.resourceId}` },
    response: { status, etag: `W/"${event.version}"`, lastModified: new Date(event.at).toISOString() },
  };
  const resource = isFull && event.text !== undefined ? `"resource":${event.text},` : '';
  return `{"fullUrl":${JSON.stringify(url)},${resource}${JSON.stringify(rest).slice(1)}`;
}

const METHODS = { create: ['POST', '201'], update: ['PUT', '200'], delete: ['DELETE', '204'] } as const;

function urlOf(base: string, { typeName, resourceId }: VisibleEvent): string {
  return `${base}/${typeName}/${resourceId}`;
}
