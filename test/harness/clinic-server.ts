import { randomBytes } from 'node:crypto';
import { openAudit } from '../../server/audit/open-audit.ts';
import { createApiKeys, type ApiKeys } from '../../server/auth/api-keys/api-keys.ts';
import type { UserContext } from '../../server/auth/users/user-context.ts';
import { readConfig } from '../../server/boot/config.ts';
import { engineOptions } from '../../server/boot/engine-options.ts';
import { openEngine, type OpenEngine } from '../../server/boot/open-engine.ts';
import { openAccounts } from '../../server/boot/open-accounts.ts';
import { openIdentity } from '../../server/boot/open-identity.ts';
import { createHttpServer } from '../../server/http/server.ts';
import { createLog } from '../../server/kernel/log.ts';
import { freePort } from './free-port.ts';
import { createTestDatabase } from './test-database.ts';

export interface ClinicServer extends OpenEngine {
  readonly origin: string;
  readonly base: string;
  readonly users: UserContext;
  readonly apiKeys: ApiKeys;
}

/** A whole worker with sign-in and audit, as `npm start` runs it, on a database of its own. */
export async function openClinicServer(env: Readonly<Record<string, string>> = {}): Promise<ClinicServer> {
  const database = await createTestDatabase();
  const port = await freePort();
  const config = readConfig({
    AUTH: 'on',
    PORT: String(port),
    DATABASE_URL: database.connectionString,
    MASTER_KEY: randomBytes(32).toString('base64'),
    VALIDATION: 'structure',
    SECOND_FACTOR: 'optional',
    SIGN_IN_LIMIT: '0',
    ...env,
  });
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const now = (): number => Date.now();
  const opened = await openEngine(engineOptions(config, database.connectionString, onError));
  const { engine } = opened;
  const audit = openAudit({ dbOf: (tenant) => engine.dbOf(tenant), now, onError });
  const identity = await openIdentity({ config, opened, audit, now, onError });
  const { server } = createHttpServer({
    engine,
    searchParameters: opened.searchParameters,
    log: createLog('silent', 'test'),
    isBaseUrlFixed: config.baseUrl !== undefined,
    bodyLimit: config.maxBodySize,
    maxRunning: config.maxRunning,
    requestTimeout: config.requestTimeout,
    authenticate: identity.authenticate,
    signIn: identity.signIn,
    openTrail: audit.openTrail,
    metricsText: () => () => Promise.resolve(''),
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const origin = `http://localhost:${port}`;
  return {
    ...opened,
    origin,
    base: `${origin}/fhir/R4`,
    users: openAccounts({ config, opened, audit, now, onError }),
    apiKeys: createApiKeys({ db: engine.db, context: engine, now }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await identity.close();
      await opened.close();
      await database.drop();
      if (errors.length > 0) throw new AggregateError(errors, 'background work failed');
    },
  };
}
