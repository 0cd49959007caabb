import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createApiKeys, type ApiKeys } from '../../server/auth/api-keys/api-keys.ts';
import type { UserContext } from '../../server/auth/users/user-context.ts';
import { readConfig } from '../../server/boot/config.ts';
import { loadModules } from '../../server/boot/load-modules.ts';
import type { OpenEngine } from '../../server/boot/open-engine.ts';
import { openAccounts } from '../../server/boot/open-accounts.ts';
import { openWorker } from '../../server/boot/open-worker.ts';
import type { Selection } from '../../server/registry/selection.ts';
import { createLog } from '../../server/kernel/log.ts';
import { freePort, listenOn } from './free-port.ts';
import { createTestDatabase } from './test-database.ts';

export interface ClinicServer extends OpenEngine {
  readonly origin: string;
  readonly base: string;
  readonly connectionString: string;
  readonly users: UserContext;
  readonly apiKeys: ApiKeys;
}

const NO_MODULES: Selection = { named: new Set(), leftOut: new Set() };

/**
 * A whole worker with sign-in and audit, as `npm start` runs it, on a database of its own; with the modules that MODULES
 * names, so that what is asked of the server alone does not depend on which there are.
 */
export async function openClinicServer(env: Readonly<Record<string, string>> = {}): Promise<ClinicServer> {
  const database = await createTestDatabase();
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), 'athanor-clinic-'));
  const config = readConfig({
    AUTH: 'on',
    PORT: String(port),
    DATABASE_URL: database.connectionString,
    DATA_DIR: dataDir,
    // A machine that does much else at the time is no reason to refuse what a test asks.
    DATABASE_POOL_TIMEOUT: '60000',
    MASTER_KEY: randomBytes(32).toString('base64'),
    VALIDATION: 'structure',
    SECOND_FACTOR: 'optional',
    SIGN_IN_LIMIT: '0',
    ...env,
  });
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const now = (): number => Date.now();
  const worker = await openWorker({
    config,
    connectionString: database.connectionString,
    registry: await loadModules(env.MODULES === undefined ? NO_MODULES : config.modules, env),
    log: createLog('silent', 'test'),
    metricsText: () => () => Promise.resolve(''),
    onError,
  });
  const { opened, audit, server } = worker;
  const { engine } = opened;
  await listenOn(server, port);
  const origin = `http://localhost:${port}`;
  return {
    ...opened,
    origin,
    base: `${origin}/fhir/R4`,
    connectionString: database.connectionString,
    users: openAccounts({ config, opened, audit, now, onError }),
    apiKeys: createApiKeys({ db: engine.db, context: engine, now }),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await worker.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
      if (errors.length > 0) throw new AggregateError(errors, 'background work failed');
    },
  };
}
