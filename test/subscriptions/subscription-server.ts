import { setTimeout as pause } from 'node:timers/promises';
import { SERVER } from '../../server/access/principal.ts';
import {
  openSubscriptions,
  type Subscriptions,
  type SubscriptionsOptions,
} from '../../server/subscriptions/open-subscriptions.ts';
import { openFhirServer, type Body, type FhirServer, type ServerSettings } from '../flows/fhir-server.ts';

export interface SubscriptionServer extends FhirServer {
  readonly subscriptions: Subscriptions;
  /** What background work failed with. */
  readonly errors: readonly unknown[];
  /** Creates a Subscription and waits until it has a status. @returns its id */
  subscribe(subscription: object, status?: string): Promise<string>;
  /** Waits until a Subscription has a status. */
  untilStatus(id: string, status: string): Promise<Body>;
}

export type SubscriptionSettings = Omit<ServerSettings, 'operations' | 'upgrade'> &
  Partial<Omit<SubscriptionsOptions, 'engine' | 'authenticate'>>;

/** A server with subscriptions, which may send to this machine. */
export async function openSubscriptionServer(
  settings: SubscriptionSettings = {},
  sharedDatabase?: string,
): Promise<SubscriptionServer> {
  const errors: unknown[] = [];
  let opened: Subscriptions | undefined;
  const { outbound, timeout, sendMail, principalNow, retries, now, onError, ...server } = settings;
  const fhir = await openFhirServer(
    {
      ...server,
      upgrade: (request, socket, head) => opened?.upgrade(request, socket, head),
      operations: ({ engine }) => {
        opened = openSubscriptions({
          engine,
          outbound: outbound ?? { allowPrivate: true },
          retries: retries ?? [50, 100, 200],
          authenticate: server.authenticate ?? (() => ({ ...SERVER, tenant: 1 })),
          now: now ?? (() => Date.now()),
          onError: onError ?? ((error) => errors.push(error)),
          ...(timeout === undefined ? {} : { timeout }),
          ...(sendMail === undefined ? {} : { sendMail }),
          ...(principalNow === undefined ? {} : { principalNow }),
        });
        return opened.operations;
      },
    },
    sharedDatabase,
  );
  if (opened === undefined) throw new Error('no subscriptions');
  const subscriptions = opened;

  async function untilStatus(id: string, status: string): Promise<Body> {
    const end = performance.now() + 60_000;
    for (;;) {
      const { body } = await fhir.get(`Subscription/${id}`);
      if (body.status === status) return body;
      if (performance.now() > end)
        throw new Error(`Subscription/${id} is ${String(body.status)}: ${String(body.error)}`);
      await pause(20);
    }
  }

  return {
    ...fhir,
    subscriptions,
    errors,
    untilStatus,
    async subscribe(subscription, status = 'active') {
      const { body, status: answer, text } = await fhir.send('POST', 'Subscription', subscription);
      if (answer !== 201 || body.id === undefined) throw new Error(text);
      await untilStatus(body.id, status);
      return body.id;
    },
    async close() {
      await subscriptions.close();
      await fhir.close();
    },
  };
}

/** A Subscription as clients write it. */
export function subscription(criteria: string, endpoint: string, channel: object = {}): object {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria,
    channel: { type: 'rest-hook', endpoint, payload: 'application/fhir+json', ...channel },
  };
}
