import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Log } from '../server/kernel/log.ts';
import { createFhirClient, type FhirClient } from './client/fhir-client.ts';
import { openHttpCaller, type HttpCaller } from './client/http-call.ts';
import { searchPages } from './client/search-pages.ts';
import { openSignIn } from './client/sign-in.ts';
import { answerQuery, isQuery } from './deliver/answer-query.ts';
import { createDelivery } from './deliver/delivery.ts';
import type { GatewayConfig } from './gateway-config.ts';
import type { ListenAddress } from './gateway-settings.ts';
import { linkHandlers } from './inbox/link-handlers.ts';
import { openInbox, type Inbox } from './inbox/open-inbox.ts';
import { mapOf } from './map/message-maps.ts';
import { serveMllp, type MllpListener } from './mllp/serve-mllp.ts';
import { openOutbound } from './outbound/open-outbound.ts';
import { openPartners, type Partners } from './partner/partners.ts';
import { migrate } from './store/migrate.ts';
import { openStore } from './store/open-store.ts';

/** The gateway at work. */
export interface Gateway {
  /** Ports on which it listens, in the order of its configuration. */
  readonly ports: readonly number[];
  readonly inbox: Inbox;
  readonly partners: Partners;
  /** Takes no more messages, ends what is under way, and lets everything go. */
  close(): Promise<void>;
}

const SECOND = 1000;

/** Connections to the database: senders wait for two of them at most, deliveries and housekeeping take the others. */
const CONNECTIONS = 8;

/**
 * Opens all parts of the gateway: it takes messages as soon as this resolves, whether the FHIR server answers or not.
 * @param now milliseconds of the epoch
 * @throws Error when the database does not answer, or a port is taken
 */
export async function openGateway(config: GatewayConfig, log: Log, now: () => number): Promise<Gateway> {
  await migrate(config.databaseUrl);
  const store = openStore({ connectionString: config.databaseUrl, max: CONNECTIONS });
  const http = openHttpCaller({ timeout: 60 * SECOND, answerBytes: 64 * 1024 * 1024, connections: 20 });
  const client = clientOf(config, http, now);
  const partners = openPartners({
    search: (query) => searchPages(client, config.fhirUrl, query),
    zone: config.timeZone,
    pause: 5 * SECOND,
    onError: (err) => log.warn({ err }, 'partners could not be read; those that are known stay'),
    onProblem: (endpoint, problems) => log.warn({ endpoint, problems }, 'an Endpoint is no partner as it is written'),
  });
  const delivery = createDelivery({
    client,
    now,
    readAnswers: () => partners.refresh(),
    onError: (err) => log.error({ err }, 'a message could not be delivered; it is tried again'),
  });
  const inbox = openInbox({
    store,
    log,
    deliveries: Math.max(1, Math.ceil(config.lanes / 2)),
    ports: {
      partners,
      mapOf: (message) => mapOf(message.event),
      queries: {
        isQuery,
        answer: (message, partner) =>
          answerQuery({ client, contextOf: (...who) => partners.contextOf(...who), now }, message, partner),
      },
      deliver: (messages) => delivery.deliver(messages),
      preview: (message) => delivery.preview(message),
      workItems: delivery.workItems,
      now,
    },
  });
  const { destinationCa: ca, destinationCertificate: cert, destinationKey: key } = config;
  const outbound = openOutbound({
    store,
    client,
    log,
    sender: { application: config.application, facility: config.facility },
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
    partners: () => partners.all(),
    now,
  });
  const closeParts = async (): Promise<void> => {
    await outbound.close();
    await inbox.close();
    await partners.close();
    http.close();
    await store.close();
  };
  try {
    const server = await serveMllp({
      listeners: config.listen.map((address) => listenerOf(address, config)),
      ...linkHandlers(inbox, log, now),
      limits: {
        maxFrame: config.maxFrame,
        maxConnections: config.maxLinks,
        frameTime: config.frameTimeout * SECOND,
        idleTime: config.idleTimeout * SECOND,
      },
    });
    return {
      ports: server.ports,
      inbox,
      partners,
      async close() {
        await server.close();
        await closeParts();
      },
    };
  } catch (error) {
    await closeParts();
    throw error;
  }
}

function clientOf(config: GatewayConfig, http: HttpCaller, now: () => number): FhirClient {
  const { clientId, clientKey, fhirUrl } = config;
  if (clientId === undefined || clientKey === undefined) return createFhirClient(fhirUrl, http);
  const key = createPrivateKey(readFileSync(clientKey));
  const identity = { client: clientId, key, keyId: clientId, scope: 'system/*.cruds' };
  return createFhirClient(fhirUrl, http, openSignIn(fhirUrl, identity, http, now));
}

function listenerOf({ host, port, isTls }: ListenAddress, config: GatewayConfig): MllpListener {
  const { tlsKey, tlsCertificate, tlsClientCa } = config;
  if (!isTls || tlsKey === undefined || tlsCertificate === undefined) return { host, port };
  const tls = { key: text(tlsKey), cert: text(tlsCertificate) };
  if (tlsClientCa === undefined) return { host, port, tls: { ...tls, clientCertificate: 'none' } };
  return { host, port, tls: { ...tls, ca: text(tlsClientCa), clientCertificate: 'required' } };
}

const text = (path: string): string => readFileSync(path, 'utf8');
