import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { SERVER, type Principal } from '../../server/access/principal.ts';
import { openAudit } from '../../server/audit/open-audit.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import type { Operation } from '../../server/fhir/operations/operation.ts';
import { createHttpServer } from '../../server/http/server.ts';
import { createLog } from '../../server/kernel/log.ts';
import { openTestEngine, type TestEngine, type TestSettings } from '../harness/test-engine.ts';

export interface Entry {
  readonly fullUrl?: string;
  readonly resource?: Body;
  readonly search?: { readonly mode: string };
  readonly request?: { readonly method: string; readonly url: string };
  readonly response?: { readonly status: string; readonly etag: string };
}

/** A resource as the tests look at it. */
export interface Body {
  readonly resourceType: string;
  readonly id?: string;
  readonly meta?: { readonly versionId: string; readonly lastUpdated: string; readonly tag?: readonly object[] };
  readonly type?: unknown;
  readonly total?: number;
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly Entry[];
  readonly issue?: readonly {
    readonly severity: string;
    readonly code: string;
    readonly details: { readonly text: string };
    readonly expression?: readonly string[];
  }[];
  readonly parameter?: readonly {
    readonly name: string;
    readonly valueMeta?: object;
    readonly valueInteger?: number;
  }[];
  readonly [element: string]: unknown;
}

/** A resource to be stored. */
export interface Stored {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Body;
}

/** A server of one's own over real HTTP. */
export interface FhirServer {
  readonly opened: TestEngine;
  readonly engine: TestEngine['engine'];
  readonly protection: TestEngine['protection'];
  readonly searchParameters: TestEngine['searchParameters'];
  /** Context of calls past HTTP. */
  ctx(): Ctx;
  readonly base: string;
  readonly connectionString: string;
  /** `path` below the base, or a whole URL out of a Bundle's link. */
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  send(
    method: string,
    path: string,
    body?: object | string | Buffer,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>;
  close(): Promise<void>;
}

export interface ServerSettings extends TestSettings {
  /** Default: everybody is the server itself. */
  readonly authenticate?: (incoming: IncomingMessage) => Principal;
  /** Operations besides those that stand on FHIR alone. */
  readonly operations?: (opened: TestEngine) => readonly Operation[];
  /** Requests for websockets. */
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/** On a database of its own, or as another process on that of another server. */
export async function openFhirServer(
  { authenticate, operations, upgrade, ...settings }: ServerSettings = {},
  sharedDatabase?: string,
): Promise<FhirServer> {
  const opened = await openTestEngine(settings, sharedDatabase);
  const { engine, protection, ctx, searchParameters, connectionString, close } = opened;
  if (operations !== undefined) opened.extend({ operations: operations(opened), security: undefined });
  const audit =
    settings.isAudited === true
      ? openAudit({
          dbOf: (tenant) => engine.dbOf(tenant),
          now: () => Date.now(),
          onError: () => undefined,
          ...(protection === undefined ? {} : { maskQuery: (query) => protection.maskQuery(query) }),
        })
      : undefined;
  const { server } = createHttpServer({
    engine,
    searchParameters,
    log: createLog('silent', 'test'),
    isBaseUrlFixed: false,
    bodyLimit: 16 * 1024 * 1024,
    maxRunning: 64,
    requestTimeout: 30_000,
    authenticate: authenticate ?? (() => ({ ...SERVER, tenant: 1 })),
    ...(audit === undefined ? {} : { openTrail: (request) => audit.openTrail(request) }),
    metricsText: () => () => Promise.resolve(''),
  });
  if (upgrade !== undefined) server.on('upgrade', upgrade);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir/R4`;

  return {
    opened,
    engine,
    protection,
    searchParameters,
    ctx,
    connectionString,
    ...fhirClient(base),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
    },
  };
}

/** Requests to a server. @param base without a slash at the end */
export function fhirClient(base: string): Pick<FhirServer, 'base' | 'get' | 'send'> {
  async function call(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(path.startsWith('http') ? path : `${base}/${path}`, init);
    const text = await response.text();
    const body = (text.startsWith('{') ? JSON.parse(text) : { resourceType: '' }) as Body;
    return { status: response.status, headers: response.headers, text, body };
  }
  return {
    base,
    get: (path, headers = {}) => call(path, { headers }),
    send: (method, path, body, headers = {}) =>
      call(path, {
        method,
        headers: { 'Content-Type': 'application/fhir+json', ...headers },
        ...(body === undefined ? {} : { body: isText(body) ? body : JSON.stringify(body) }),
      }),
  };
}

function isText(body: object | string): body is string | Buffer<ArrayBuffer> {
  return typeof body === 'string' || Buffer.isBuffer(body);
}

/** The link of a Bundle. */
export function linkOf(bundle: Body, relation: string): string | undefined {
  return bundle.link?.find((link) => link.relation === relation)?.url;
}

/** `Type/id` of each entry's resource. */
export function idsOf(bundle: Body, mode?: string): string[] {
  return (bundle.entry ?? [])
    .filter((entry) => mode === undefined || entry.search?.mode === mode)
    .map(({ resource }) => `${resource?.resourceType ?? ''}/${resource?.id ?? ''}`);
}

/** All pages, from this one on. */
export async function pagesFrom(server: FhirServer, path: string): Promise<Body[]> {
  const pages: Body[] = [];
  for (let next: string | undefined = path; next !== undefined;) {
    const { body } = await server.get(next);
    pages.push(body);
    next = linkOf(body, 'next');
  }
  return pages;
}
