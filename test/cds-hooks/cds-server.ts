import { testSigner } from '../harness/test-signer.ts';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SERVER, type Principal } from '../../server/access/principal.ts';
import { createCdsVerifier } from '../../server/auth/cds/verify-cds-token.ts';
import { identifyByToken, type CdsClient, type IdentifyCaller } from '../../server/cds-hooks/caller.ts';
import { cdsFeedback } from '../../server/cds-hooks/feedback-operation.ts';
import { cdsHooksRoutes } from '../../server/cds-hooks/routes.ts';
import { offeredServices } from '../../server/cds-hooks/services.ts';
import { createUsedTokens } from '../../server/cds-hooks/used-tokens.ts';
import { NO_TRAIL, type AuditEntry, type RequestTrail } from '../../server/fhir/audit-trail.ts';
import { createApp } from '../../server/http/app.ts';
import { fault } from '../../server/kernel/fault.ts';
import { createLog } from '../../server/kernel/log.ts';
import { outboundFetch } from '../../server/kernel/outbound-fetch.ts';
import { createClinicReader } from '../../server/module-host/clinic-reader.ts';
import { moduleContext } from '../../server/module-host/module-context.ts';
import type { CdsService } from '../../server/sdk/cds-service.ts';
import { openTestEngine, TEST_BASE, type TestEngine } from '../harness/test-engine.ts';

export interface CdsTestServer extends TestEngine {
  readonly origin: string;
  /** What the audit trail was told. */
  readonly noted: AuditEntry[];
  /** Tenants that have the module disabled. */
  readonly disabled: Set<number>;
  post(
    path: string,
    body: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<{ status: number; body: unknown; headers: Headers }>;
}

export interface CdsTestOptions {
  readonly services: readonly CdsService[];
  readonly clients?: readonly CdsClient[];
  readonly tokens?: Readonly<Record<string, Principal>>;
  readonly timeout?: number;
  /** Instead of tokens of clients. */
  readonly identify?: IdentifyCaller;
}

/** CDS services over real HTTP, in front of an engine on a database of its own. */
export async function openCdsServer({
  services,
  clients = [],
  tokens = {},
  timeout = 2000,
  identify,
}: CdsTestOptions): Promise<CdsTestServer> {
  const opened = await openTestEngine({ validation: 'structure' });
  const { engine } = opened;
  opened.extend({ operations: [cdsFeedback] });
  const noted: AuditEntry[] = [];
  const disabled = new Set<number>();
  const now = (): number => Date.now();
  const fetchKeys = (url: string): Promise<Response> => outboundFetch(url, {}, { allowPrivate: true });
  const verify = createCdsVerifier({ clients, fetchKeys, now });
  const trail: RequestTrail = { ...NO_TRAIL, isOn: true, note: (entry) => noted.push(entry) };
  const baseUrlOf = (incoming: IncomingMessage): string => `http://${incoming.headers.host ?? ''}/fhir/R4`;
  const handler = cdsHooksRoutes({
    engine,
    services: offeredServices(services.map((service) => ({ module: 'sample', service }))),
    identify:
      identify ??
      identifyByToken(
        verify,
        createUsedTokens((tenant) => engine.dbOf(tenant)),
      ),
    isEnabled: (tenant) => !disabled.has(tenant),
    contextOf: (ctx, module) => ({
      ...moduleContext(ctx, module, {
        log: () => undefined,
        setting: () => '',
        definitions: () => engine.definitions,
        signer: testSigner,
      }),
      ...createClinicReader(engine, ctx),
      projection: () => Promise.reject(new Error('the sample has no projections')),
    }),
    principalOf(token) {
      const principal = tokens[token];
      if (principal === undefined) throw fault('auth.badToken', 401, 'login', 'The token is malformed.');
      return principal;
    },
    baseUrlOf,
    openTrail: () => trail,
    ipOf: () => '127.0.0.1',
    isAllowedOrigin: (origin) => origin === 'https://ehr.example',
    get: (url, headers) => outboundFetch(url, { headers }, { allowPrivate: true }),
    timeout,
    now,
  });
  const app = createApp({
    engine,
    baseUrlOf,
    log: createLog('silent', 'test'),
    isReady: () => true,
    metrics: () => Promise.resolve(''),
    headers: [],
    mounts: [{ path: '/cds-services', handler }],
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...opened,
    origin,
    noted,
    disabled,
    async post(path, body, headers = {}) {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await fetch(origin + path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body: text,
      });
      const answer = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: answer === '' ? undefined : JSON.parse(answer),
      };
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await opened.close();
    },
  };
}

export const ANYBODY = { principal: { ...SERVER, tenant: 1 }, name: 'anybody', fhirServers: [] };

export { TEST_BASE };
