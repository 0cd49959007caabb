import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/boot/config.ts';
import { loadModules } from '../../server/boot/load-modules.ts';
import { openWorker } from '../../server/boot/open-worker.ts';
import type { Ctx } from '../../server/fhir/engine.ts';
import { serverContext } from '../../server/fhir/request-context.ts';
import { createLog } from '../../server/kernel/log.ts';
import { moduleBotContext } from '../../server/module-host/module-bot-context.ts';
import { discover } from '../../server/registry/discover.ts';
import type { BotEvent } from '../../server/sdk/bot.ts';
import { readSelection } from '../../server/registry/selection.ts';
import { fhirClient, type FhirServer } from '../flows/fhir-server.ts';
import { freePort, listenOn } from './free-port.ts';
import { createTestDatabase } from './test-database.ts';
import { principalOf } from './test-principal.ts';

export interface ModuleClinic extends Pick<FhirServer, 'base' | 'get' | 'send' | 'engine' | 'ctx' | 'close'> {
  readonly origin: string;
  /** One run of a bot that runs by schedule, as it would be at that time. */
  runBot(name: string, at: Date): Promise<void>;
}

/** What a run by schedule is told. */
const SCHEDULED: BotEvent = {
  id: 'schedule',
  interaction: 'update',
  type: 'Basic',
  resourceId: '',
  version: 0,
  resource: undefined,
};

/**
 * A whole worker with modules, on a database of its own; who asks is said by a header (test-principal.ts).
 * @param folder where modules are
 * @param selection as in the setting MODULES
 * @param env settings of the server and of modules, by their environment variables
 */
export async function openModuleClinic(
  folder: string,
  selection: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ModuleClinic> {
  const registry = await loadModules(readSelection(selection), env, { folder });
  const database = await createTestDatabase();
  const port = await freePort();
  const dataDir = await mkdtemp(join(tmpdir(), 'athanor-modules-'));
  const { connectionString } = database;
  const config = readConfig({
    AUTH: 'off',
    PORT: String(port),
    DATABASE_URL: connectionString,
    DATA_DIR: dataDir,
    // A machine that does much else at the time is no reason to refuse what a test asks.
    DATABASE_POOL_TIMEOUT: '60000',
    ...env,
  });
  const errors: unknown[] = [];
  const { opened, modules, server, close } = await openWorker({
    config,
    connectionString,
    registry,
    log: createLog('silent', 'test'),
    whoAsks: principalOf,
    metricsText: () => () => Promise.resolve(''),
    onError: (error) => errors.push(error),
  });
  const { engine } = opened;
  await listenOn(server, port);
  const origin = `http://localhost:${port}`;
  const base = `${origin}/fhir/R4`;
  return {
    ...fhirClient(base),
    origin,
    engine,
    ctx: () => serverContext(engine, 1, 'test', base),
    async runBot(name, at) {
      const owned = registry.bots.find(({ bot }) => bot.name === name);
      if (owned === undefined) throw new Error(`there is no bot ${name}`);
      const ctx: Ctx = { ...serverContext(engine, 1, `bot ${name}`, base), now: () => at.getTime() };
      await owned.bot.run(SCHEDULED, moduleBotContext(engine, ctx, modules.host, owned.module));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
      if (errors.length > 0) throw new AggregateError(errors, 'background work failed');
    },
  };
}

/** A module of a folder and all that it depends on, as in the setting MODULES. */
export async function withDependencies(folder: string, name: string): Promise<string> {
  const found = await discover(folder);
  const names = new Set([name]);
  // The set grows while it is walked.
  for (const each of names) {
    const module = found.find(({ manifest }) => manifest.name === each);
    for (const needed of module?.manifest.depends ?? []) names.add(needed);
  }
  return [...names].join();
}
