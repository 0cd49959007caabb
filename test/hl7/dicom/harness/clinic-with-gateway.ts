import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readGatewayConfig } from '../../../../hl7-gateway/gateway-config.ts';
import { openGateway, type Gateway } from '../../../../hl7-gateway/open-gateway.ts';
import { GATEWAY_CLIENT, gatewayKeyFile } from '../../../../server/boot/gateway-key.ts';
import { createLog } from '../../../../server/kernel/log.ts';
import { openClinicServer, type ClinicServer } from '../../../harness/clinic-server.ts';
import { freePort } from '../../../harness/free-port.ts';

/** As much of FHIR as these tests look at. */
export interface FhirResource {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

export interface FhirReply {
  readonly status: number;
  readonly body: FhirResource;
}

/** What a test writes. */
export interface Said {
  readonly resourceType: string;
  readonly id?: string;
  readonly [element: string]: unknown;
}

/** A server and the gateway beside it, which signs in to it as `npm start` lets it. */
export interface ClinicWithGateway {
  readonly server: ClinicServer;
  /** The gateway that runs now. */
  gateway(): Gateway;
  /** Of its first MLLP listener. */
  readonly mllpPort: number;
  /** Of its HTTP listener: `http://127.0.0.1:PORT` */
  readonly http: string;
  readonly dicomPort: number;
  /** An API key that may do everything with health records, and merge charts; undefined without sign-in. */
  readonly key: string | undefined;
  send(method: string, path: string, body?: unknown): Promise<FhirReply>;
  /** Creates it, or puts it where it has an id. @throws Error when it is not taken */
  store(resource: Said): Promise<FhirResource>;
  /** @throws Error when it is not there */
  read(path: string): Promise<FhirResource>;
  /** The resources that a search finds. @throws Error when it is refused */
  search(query: string): Promise<readonly FhirResource[]>;
  /** Ends the gateway and begins with another one. */
  restartGateway(): Promise<void>;
  close(): Promise<void>;
}

export interface ClinicOptions {
  /** Settings of the server. */
  readonly server?: Readonly<Record<string, string>>;
  /** Settings of the gateway, such as PACS_DICOMWEB. */
  readonly gateway?: Readonly<Record<string, string>>;
}

/** With sign-in unless the server's settings say AUTH=off. */
export async function openClinicWithGateway(options: ClinicOptions = {}): Promise<ClinicWithGateway> {
  const dataDir = await mkdtemp(join(tmpdir(), 'athanor-imaging-'));
  const server = await openClinicServer({ VALIDATION: 'full', MODULES: 'all', DATA_DIR: dataDir, ...options.server });
  const isSignedIn = options.server?.AUTH !== 'off';
  const [mllpPort, httpPort, dicomPort] = [await freePort(), await freePort(), await freePort()];
  const config = readGatewayConfig({
    DATABASE_URL: server.connectionString,
    HL7_FHIR_URL: server.base,
    HL7_LISTEN: `mllp://127.0.0.1:${mllpPort}`,
    HL7_HTTP: `http://127.0.0.1:${httpPort}`,
    DICOM_LISTEN: `dicom://127.0.0.1:${dicomPort}`,
    ...(isSignedIn ? { HL7_CLIENT_ID: GATEWAY_CLIENT, HL7_CLIENT_KEY: gatewayKeyFile({ dataDir }) } : {}),
    ...options.gateway,
  });
  const log = createLog(process.env.TEST_LOG === undefined ? 'silent' : 'info', 'gateway');
  const open = (): Promise<Gateway> => openGateway(config, log, () => Date.now());
  const closeServer = async (): Promise<void> => {
    await server.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  let gateway: Gateway;
  let key: string | undefined;
  try {
    if (isSignedIn) {
      const asked = { tenant: 1, name: 'test', roles: ['system', 'records-officer'], days: 1, createdBy: 'test' };
      key = (await server.apiKeys.create(asked)).key;
    }
    gateway = await open();
  } catch (error) {
    await closeServer();
    throw error;
  }
  const send: ClinicWithGateway['send'] = async (method, path, body) => {
    const answer = await fetch(path === '' ? server.base : `${server.base}/${path}`, {
      method,
      headers: {
        'content-type': 'application/fhir+json',
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: JSON.parse(text === '' ? '{}' : text) as FhirResource };
  };
  const answered = async (method: string, path: string, body?: unknown): Promise<FhirResource> => {
    const answer = await send(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    server,
    gateway: () => gateway,
    mllpPort,
    http: `http://127.0.0.1:${config.http?.port ?? 0}`,
    dicomPort,
    key,
    send,
    store: (resource) =>
      resource.id === undefined
        ? answered('POST', resource.resourceType, resource)
        : answered('PUT', `${resource.resourceType}/${resource.id}`, resource),
    read: (path) => answered('GET', path),
    async search(query) {
      const { entry } = await answered('GET', query);
      return ((entry ?? []) as readonly { readonly resource: FhirResource }[]).map(({ resource }) => resource);
    },
    async restartGateway() {
      await gateway.close();
      gateway = await open();
    },
    async close() {
      await gateway.close();
      await closeServer();
    },
  };
}
