import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApiKeys } from '../../server/auth/api-keys/api-keys.ts';
import type { Engine } from '../../server/fhir/engine.ts';
import { createForwarding } from '../../server/http/forwarding.ts';
import { createHttpServer, type HttpOptions, type SignInOptions } from '../../server/http/server.ts';
import { fault } from '../../server/kernel/fault.ts';
import { createLog } from '../../server/kernel/log.ts';
import { createLimits, type LimitSettings } from '../../server/limits/limits.ts';
import type { Redis } from '../../server/redis/redis.ts';
import { openTestEngine, type TestEngine } from '../harness/test-engine.ts';

export const APP_ORIGIN = 'https://app.example.org';

export interface GuardedServer {
  readonly engine: TestEngine;
  readonly server: Server;
  readonly port: number;
  readonly base: string;
  /** Of a system that may do everything with health records. */
  readonly key: string;
  close(): Promise<void>;
}

export interface GuardedOptions extends Partial<Pick<HttpOptions, 'tls' | 'requestTimeout'>> {
  readonly limits?: Partial<LimitSettings>;
  readonly redis?: Redis;
  readonly signIn?: Partial<SignInOptions>;
  /** What the server is given instead of the engine itself. */
  readonly wrap?: (engine: Engine) => Engine;
  /** Another process on the database of this one. */
  readonly shared?: TestEngine;
}

const UNLIMITED: LimitSettings = { address: 0, user: 0, client: 0, tenant: 0, signIn: 0 };

/** A server with its outer wall, in which programs sign in by API keys. */
export async function openGuardedServer(options: GuardedOptions = {}): Promise<GuardedServer> {
  const { limits = {}, redis, signIn = {}, shared, tls, requestTimeout = 30_000, wrap } = options;
  const engine = shared ?? (await openTestEngine({ validation: 'structure' }));
  const now = (): number => Date.now();
  const forwarding = createForwarding(signIn.trusted);
  const apiKeys = createApiKeys({ db: engine.engine.db, context: engine.engine, now });
  const { key } = await apiKeys.create({ tenant: 1, name: 'test', roles: ['system'], days: 1, createdBy: 'test' });
  const { server } = createHttpServer({
    engine: wrap?.(engine.engine) ?? engine.engine,
    searchParameters: engine.searchParameters,
    log: createLog('silent', 'test'),
    isBaseUrlFixed: false,
    bodyLimit: 32 * 1024 * 1024,
    maxRunning: 64,
    requestTimeout,
    metricsText: () => () => Promise.resolve('metrics'),
    authenticate(incoming) {
      const [, token] = /^Bearer (.+)$/.exec(incoming.headers.authorization ?? '') ?? [];
      if (token !== undefined) return apiKeys.principalOf(token, forwarding.addressOf(incoming));
      throw fault('auth.noToken', 401, 'login', 'Sign in first.', undefined, {
        headers: { 'WWW-Authenticate': 'Bearer' },
      });
    },
    signIn: {
      limits: createLimits({ ...UNLIMITED, ...limits }, { workers: 1, now, ...(redis === undefined ? {} : { redis }) }),
      isAllowedOrigin: (origin) => Promise.resolve(origin === APP_ORIGIN),
      mounts: [],
      maxConnections: 1000,
      ...signIn,
    },
    ...(tls === undefined ? {} : { tls }),
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    engine,
    server,
    port,
    base: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}/fhir/R4`,
    key,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      if (shared === undefined) await engine.close();
    },
  };
}
