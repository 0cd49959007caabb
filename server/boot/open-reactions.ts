import type { IncomingMessage } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { Audit } from '../audit/open-audit.ts';
import { createMailer } from '../auth/users/mailer.ts';
import { openBulk } from '../bulk/open-bulk.ts';
import { startModuleBots } from '../bots/module-bots.ts';
import { openAsyncWorks } from '../jobs/async/open-async-works.ts';
import { openJobs } from '../jobs/open-jobs.ts';
import { jobOperations } from '../jobs/operations/job-operations.ts';
import { moduleBotContext } from '../module-host/module-bot-context.ts';
import { openSubscriptions, type Subscriptions } from '../subscriptions/open-subscriptions.ts';
import type { Registry } from '../registry/registry.ts';
import { openDb } from '../storage/db.ts';
import { readTenants } from '../storage/tenants.ts';
import { mailSettings } from './open-accounts.ts';
import { openBots } from './open-bots.ts';
import type { Identity } from './open-identity.ts';
import { bulkOptions } from './bulk-options.ts';
import type { Config } from './config.ts';
import type { OpenEngine } from './open-engine.ts';
import type { StartedModules } from './start-modules.ts';

export interface ReactionsStart {
  readonly config: Config;
  readonly connectionString: string;
  readonly opened: OpenEngine;
  readonly registry: Registry;
  readonly modules: StartedModules;
  readonly audit: Audit | undefined;
  /** Who sends a request. */
  authenticate(incoming: IncomingMessage): Principal | Promise<Principal>;
  /** Undefined while sign-in is off. */
  readonly identity: Identity | undefined;
  now(): number;
  onError(error: unknown): void;
}

/** What a worker does besides answering requests. */
export interface Reactions {
  readonly subscriptions: Subscriptions;
  /** Gives back what is under way. */
  close(): Promise<void>;
}

const JOB_CONNECTIONS = 3;

/** Jobs, long works, subscriptions and bots of a worker; adds their operations to the engine. */
export async function openReactions(start: ReactionsStart): Promise<Reactions> {
  const { config, opened, registry, modules, audit, identity, now, onError } = start;
  const { engine } = opened;
  const { redisUrl, statementTimeout, poolTimeout } = config;
  // Of its own: what keeps running jobs alive must not wait behind requests.
  const jobsDb = openDb({
    connectionString: start.connectionString,
    max: JOB_CONNECTIONS,
    statementTimeout,
    poolTimeout,
  });
  const jobs = await openJobs({ db: jobsDb, onError, ...(redisUrl === undefined ? {} : { redisUrl }) });
  const asyncWorks = await openAsyncWorks({
    engine,
    jobs,
    recheck: (principal, since) => principalNow(identity, principal, since),
    ...(audit === undefined ? {} : { openTrail: audit.openTrail }),
    now,
    onError,
  });
  const mail = mailSettings(config, engine.settings.baseUrl);
  const mailer = mail === undefined ? undefined : createMailer({ ...mail, onError });
  const subscriptions = openSubscriptions({
    engine,
    outbound: { allowPrivate: config.subscriptionPrivateAddresses },
    timeout: config.subscriptionTimeout,
    ...(mailer === undefined ? {} : { sendMail: (message) => mailer.send(message) }),
    principalNow: async (principal, since) =>
      (await principalNow(identity, principal, since)) ?? 'whoever asked for it may not act any more',
    ...(audit === undefined ? {} : { openTrail: audit.openTrail }),
    authenticate: start.authenticate,
    ...(identity === undefined ? {} : { isAllowedOrigin: identity.signIn.isAllowedOrigin }),
    now,
    onError,
  });
  const bots = await openBots({ config, opened, audit, reacts: { subscriptions, jobs }, now, onError });
  const bulk = await openBulk(await bulkOptions(config, engine), asyncWorks);
  opened.extend({
    operations: [...jobOperations(jobs), ...subscriptions.operations, ...bots.operations, ...bulk.operations],
    asyncWorks,
    bulkFiles: bulk.bulkFiles,
  });
  await startModuleBots({
    bots: registry.bots,
    engine,
    contextOf: (ctx, module) => moduleBotContext(engine, ctx, modules.host, module),
    isEnabled: modules.isEnabled,
    tenants: async () => (await readTenants(engine.db)).filter((each) => !each.isDisabled).map(({ id }) => id),
    subscriptions,
    jobs,
  });
  return {
    subscriptions,
    async close() {
      await bots.close();
      await subscriptions.close();
      await asyncWorks.close();
      await jobs.close();
      await jobsDb.close();
      bulk.close();
      await mailer?.close();
    },
  };
}

/** Somebody who acted earlier, as they are now; the server, and everybody while sign-in is off, stay what they are. */
function principalNow(
  identity: Identity | undefined,
  principal: Principal,
  since: number,
): Promise<Principal | undefined> {
  if (identity === undefined || principal.kind === 'server') return Promise.resolve(principal);
  return identity.principalNow(principal, since);
}
