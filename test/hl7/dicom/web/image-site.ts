import type { IncomingMessage } from 'node:http';
import { createFhirClient } from '../../../../hl7-gateway/client/fhir-client.ts';
import { openHttpCaller } from '../../../../hl7-gateway/client/http-call.ts';
import { openViewer } from '../../../../hl7-gateway/dicom/viewer/open-viewer.ts';
import { openDicomWeb } from '../../../../hl7-gateway/dicom/web/open-dicom-web.ts';
import { serveHttp } from '../../../../hl7-gateway/http/serve-http.ts';
import { SERVER, type Principal } from '../../../../server/access/principal.ts';
import { fault } from '../../../../server/kernel/fault.ts';
import { createLog } from '../../../../server/kernel/log.ts';
import { openFhirServer, type FhirServer } from '../../../flows/fhir-server.ts';
import type { ClinicServer } from '../../../harness/clinic-server.ts';
import { freePort } from '../../../harness/free-port.ts';

/** The gateway's DICOMweb and viewer in front of a PACS. */
export interface ImageGateway {
  readonly origin: string;
  /** `http://127.0.0.1:PORT/dicom-web` */
  readonly base: string;
  /** What the gateway says that it keeps: Study UID to ImagingStudy. */
  readonly kept: Map<string, string>;
  /** @param path below the base */
  get(path: string, token?: string, headers?: Readonly<Record<string, string>>): Promise<WebAnswer>;
  post(path: string, token: string | undefined, type: string, body: Buffer): Promise<WebAnswer>;
  /** An ImagingStudy that the gateway keeps, of a patient, written past all rights. */
  keep(id: string, study: string, patient: string, status?: string): Promise<void>;
  close(): Promise<void>;
}

/** With a FHIR server of its own, and people. */
export interface ImageSite extends ImageGateway {
  readonly server: FhirServer;
  /** What the FHIR server was asked by those who are not the gateway. */
  readonly asked: readonly string[];
  /** A token that stands for somebody, until it is taken back. */
  tokenOf(name: string, principal: Partial<Principal>): string;
  revoke(token: string): void;
  /** Who asks without a token from now on; nobody may at first. */
  letEverybodyBe(principal: Partial<Principal>): void;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;
  /** @throws SyntaxError when it is no JSON */
  json(): unknown;
}

export interface SitePacs {
  readonly dicomWeb: string;
  readonly user?: string;
  readonly password?: string;
}

const LOG = createLog('silent', 'test');
const NO_TOKEN = '';
/** Of a server whose gateway signs in; here it is the server itself. */
const GATEWAY = 'gateway-token-of-the-tests';

export async function openImageSite(pacs: SitePacs): Promise<ImageSite> {
  const people = new Map<string, Principal>();
  const asked: string[] = [];
  const authenticate = ({ headers, url }: IncomingMessage): Principal => {
    const token = /^Bearer (.*)$/.exec(headers.authorization ?? '')?.[1];
    if (token === GATEWAY) return { ...SERVER, tenant: 1 };
    asked.push(url ?? '');
    const principal = people.get(token ?? NO_TOKEN);
    if (principal === undefined) throw fault('auth.noToken', 401, 'login', 'Sign in first.');
    return principal;
  };
  const server = await openFhirServer({ authenticate, isAudited: true });
  const gateway = await openImageGateway(pacs, server.base, GATEWAY);
  const person = (account: string, principal: Partial<Principal>): Principal => ({
    tenant: 1,
    kind: 'user',
    account,
    roles: [],
    purposes: [],
    ...principal,
  });
  return {
    ...gateway,
    server,
    asked,
    tokenOf(name, principal) {
      const token = `token-number-${people.size}-of-the-${name}`;
      people.set(token, person(name, principal));
      return token;
    },
    revoke: (token) => void people.delete(token),
    letEverybodyBe: (principal) => void people.set(NO_TOKEN, person('everybody', principal)),
    async close() {
      await gateway.close();
      await server.close();
    },
  };
}

/** In front of a server where people sign in. */
export async function openSignedInGateway(pacs: SitePacs, { apiKeys, base }: ClinicServer): Promise<ImageGateway> {
  const asked = { tenant: 1, name: 'gateway', roles: ['system'], days: 1, createdBy: 'test' };
  return openImageGateway(pacs, base, (await apiKeys.create(asked)).key);
}

async function openImageGateway(pacs: SitePacs, fhirUrl: string, key: string): Promise<ImageGateway> {
  const kept = new Map<string, string>();
  const http = openHttpCaller({ timeout: 30_000, answerBytes: 1_000_000, connections: 4 });
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const now = (): number => Date.now();
  const dicomWeb = openDicomWeb({
    ...pacs,
    fhirUrl,
    publicUrl: origin,
    client: createFhirClient(fhirUrl, http, { token: () => Promise.resolve(key), forget: () => undefined }),
    keptStudies: (studies) => Promise.resolve(new Map([...kept].filter(([study]) => studies.includes(study)))),
    now,
  });
  const viewer = openViewer({ fhirUrl, publicUrl: origin, now });
  const listener = await serveHttp({
    address: { host: '127.0.0.1', port },
    routes: [...dicomWeb.routes, ...viewer.routes],
    origins: [new URL(fhirUrl).origin],
    log: LOG,
  });
  const base = `${origin}/dicom-web`;
  return {
    origin,
    base,
    kept,
    get: (path, token, headers = {}) => ask(base + path, { headers: { ...bearer(token), ...headers } }),
    post: (path, token, type, body) =>
      ask(base + path, {
        method: 'POST',
        headers: { ...bearer(token), 'content-type': type },
        body: new Uint8Array(body),
      }),
    async keep(id, study, patient, status = 'available') {
      const resource = {
        resourceType: 'ImagingStudy',
        id,
        status,
        subject: { reference: `Patient/${patient}` },
        identifier: [{ system: 'urn:dicom:uid', value: `urn:oid:${study}` }],
      };
      for (const each of [{ resourceType: 'Patient', id: patient }, resource]) {
        const answer = await fetch(`${fhirUrl}/${each.resourceType}/${each.id}`, {
          method: 'PUT',
          headers: { ...bearer(key), 'content-type': 'application/fhir+json' },
          body: JSON.stringify(each),
        });
        if (answer.status >= 300) throw new Error(await answer.text());
      }
      kept.set(study, id);
    },
    async close() {
      await listener.close();
      dicomWeb.close();
      viewer.close();
      http.close();
    },
  };
}

const bearer = (token: string | undefined): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

async function ask(url: string, init: RequestInit): Promise<WebAnswer> {
  const answer = await fetch(url, init);
  const bytes = Buffer.from(await answer.arrayBuffer());
  const json = (): unknown => JSON.parse(bytes.toString('utf8'));
  return { status: answer.status, headers: answer.headers, bytes, json };
}
