import { createPrivateKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../server/kernel/json.ts';
import type { Log } from '../server/kernel/log.ts';
import { packageRoot } from '../server/kernel/package-root.ts';
import { createFhirClient, type FhirClient } from './client/fhir-client.ts';
import { openHttpCaller, type HttpCaller } from './client/http-call.ts';
import { searchPages } from './client/search-pages.ts';
import { openSignIn } from './client/sign-in.ts';
import { answerQuery, isQuery } from './deliver/answer-query.ts';
import { createDelivery } from './deliver/delivery.ts';
import type { GatewayConfig } from './gateway-config.ts';
import type { HttpRoute } from './http/http-route.ts';
import { serveHttp, type GatewayHttp } from './http/serve-http.ts';
import type { InboxPorts } from './inbox/inbox-ports.ts';
import { linkHandlers } from './inbox/link-handlers.ts';
import { openInbox, type Inbox } from './inbox/open-inbox.ts';
import { openModuleMaps } from './map/modules/open-module-maps.ts';
import { openMessages } from './messages/open-messages.ts';
import { listenerOf } from './listener-of.ts';
import { serveMllp } from './mllp/serve-mllp.ts';
import { openImaging } from './open-imaging.ts';
import { openOutbound } from './outbound/open-outbound.ts';
import { openPartners, type Partners } from './partner/partners.ts';
import { migrate } from './store/migrate.ts';
import { openStore } from './store/open-store.ts';

/** The gateway at work. */
export interface Gateway {
  /** Ports on which it listens, in the order of its configuration. */
  readonly ports: readonly number[];
  /** Where it answers over HTTP; undefined where it does not. */
  readonly httpPort: number | undefined;
  /** Where modalities reach it; undefined where they do not. */
  readonly dicomPort: number | undefined;
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
  const moduleMaps = openModuleMaps({
    read: () => readModules(client),
    folder: join(packageRoot(), import.meta.filename.endsWith('.ts') ? 'modules' : 'dist/modules'),
    pause: 30 * SECOND,
    onError: (err) => log.error({ err }, 'HL7 maps of modules could not be loaded; messages of their events wait'),
  });
  const ports = {
    partners,
    mapOf: (message) => moduleMaps.mapOf(message.event),
    queries: {
      isQuery,
      answer: (message, partner) =>
        answerQuery({ client, contextOf: (...who) => partners.contextOf(...who), now }, message, partner),
    },
    deliver: (messages) => delivery.deliver(messages),
    preview: (message) => delivery.preview(message),
    workItems: delivery.workItems,
    now,
  } satisfies InboxPorts;
  const inbox = openInbox({ store, log, deliveries: Math.max(1, Math.ceil(config.lanes / 2)), ports });
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
  /** What is open, each of it closed before what it needs. */
  const open: { close(): void | Promise<void> }[] = [store, http, partners, moduleMaps, inbox, outbound];
  const close = async (): Promise<void> => {
    for (const part of open.reverse()) await part.close();
  };
  try {
    const imaging = await openImaging(config, { store, client, partners, log, now });
    open.push(imaging);
    const { secret, alertAge } = config;
    const { associations } = imaging;
    const messages = openMessages({ store, ports, inbox, partners, client, log, secret, alertAge, associations });
    open.push(messages);
    const web = await openHttp(config, [...messages.routes, ...imaging.routes], log);
    if (web !== undefined) open.push(web);
    const server = await serveMllp({
      listeners: config.listen.map((address) => listenerOf(address, config)),
      ...linkHandlers(inbox, log, now),
      limits: {
        maxFrame: config.maxFrame,
        maxConnections: config.maxLinks,
        frameTime: config.frameTimeout * SECOND,
        idleTime: config.idleTimeout === 0 ? Infinity : config.idleTimeout * SECOND,
      },
    });
    open.push(server);
    return { ports: server.ports, httpPort: web?.port, dicomPort: imaging.dicomPort, inbox, partners, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openHttp(
  config: GatewayConfig,
  routes: readonly HttpRoute[],
  log: Log,
): Promise<GatewayHttp | undefined> {
  const { http: address, httpUrl, fhirUrl } = config;
  if (address === undefined) return undefined;
  const origins = [new URL(fhirUrl).origin];
  return serveHttp({ address, routes, origins, log, ...(httpUrl === undefined ? {} : { publicUrl: httpUrl }) });
}

/** @throws Error when the server does not say which modules it has */
async function readModules(client: FhirClient): Promise<JsonObject> {
  const { status, body } = await client.send({ method: 'GET', path: '$modules' });
  if (status !== 200) throw new Error(`$modules was answered ${status}`);
  return body;
}

function clientOf(config: GatewayConfig, http: HttpCaller, now: () => number): FhirClient {
  const { clientId, clientKey, fhirUrl } = config;
  if (clientId === undefined || clientKey === undefined) return createFhirClient(fhirUrl, http);
  const key = createPrivateKey(readFileSync(clientKey));
  const identity = { client: clientId, key, keyId: clientId, scope: 'system/*.cruds' };
  return createFhirClient(fhirUrl, http, openSignIn(fhirUrl, identity, http, now));
}
