import { openRuntime } from '../../bots/runtime/open-runtime.ts';
import { SERVER, type Principal } from '../access/principal.ts';
import type { Audit } from '../audit/open-audit.ts';
import { whoDetailOf } from '../audit/who.ts';
import { systemPrincipal } from '../auth/oauth/clients/system-principal.ts';
import type { BotContext } from '../bots/bot-context.ts';
import type { BotDescription } from '../bots/bot.ts';
import { hostFetch } from '../bots/host-fetch.ts';
import { openBots as openBotsOf, type Bots, type BotsOptions } from '../bots/open-bots.ts';
import type { BotRun } from '../bots/stored-runs.ts';
import { NO_TRAIL } from '../fhir/audit-trail.ts';
import { nextTime } from '../jobs/cron.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import { fault } from '../kernel/fault.ts';
import { createClinic } from '../module-host/clinic.ts';
import type { Subscriptions } from '../subscriptions/open-subscriptions.ts';
import type { OpenEngine } from './open-engine.ts';
import { startBotProcess } from './start-bot-process.ts';

export interface OpenBotsOptions {
  readonly config: {
    readonly auth: 'on' | 'off';
    readonly botThreads: number;
    readonly botPrivateHosts: boolean;
    readonly botRunDays: number;
  };
  readonly opened: OpenEngine;
  /** Undefined while audit is off. */
  readonly audit: Audit | undefined;
  /** Undefined on the command line, where bots are deployed and do not react. */
  readonly reacts: { readonly subscriptions: Subscriptions; readonly jobs: JobQueue } | undefined;
  now(): number;
  onError(error: unknown): void;
}

const DAY = 86_400_000;

/** Customers' bots, for a worker and for the command line. */
export async function openBots({ config, opened, audit, reacts, now, onError }: OpenBotsOptions): Promise<Bots> {
  const { engine, protection } = opened;
  const runtime = openRuntime({ threads: config.botThreads, startProcess: startBotProcess, onError });
  const options: BotsOptions = {
    engine,
    runtime,
    sealer: protection?.sealer,
    fetch: (url, init, hosts) => hostFetch(url, init, { hosts, allowPrivate: config.botPrivateHosts }),
    clinicOf: (ctx) => createClinic(engine, ctx),
    principalOf: (tenant, client) => principalOf(opened, config.auth, tenant, client),
    openTrail: (principal, requestId) =>
      audit?.openTrail({ principal, requestId, ip: '', baseUrl: engine.settings.baseUrl }) ?? NO_TRAIL,
    audit: recordRuns(audit),
    checkSchedule: (cron, zone) => void nextTime(cron, zone, now()),
    reacts:
      // What happens waits for a process that runs bots.
      reacts === undefined || config.botThreads === 0
        ? undefined
        : { ...reacts, concurrency: config.botThreads, keepRuns: config.botRunDays * DAY },
    now,
    onError,
  };
  const bots = await openBotsOf(options);
  return {
    operations: bots.operations,
    async close() {
      await bots.close();
      await runtime.close();
    },
  };
}

/** While sign-in is off everybody is the server itself, and a bot that names no client too. */
async function principalOf(
  { engine }: OpenEngine,
  auth: 'on' | 'off',
  tenant: number,
  client: string | undefined,
): Promise<Principal> {
  const found = client === undefined ? undefined : await systemPrincipal(engine.db, tenant, client);
  if (found !== undefined) return found;
  if (client === undefined && auth === 'off') return { ...SERVER, tenant };
  const text =
    client === undefined
      ? 'A bot needs the client in whose name it acts; athanor client add NAME --role ROLE --scope SCOPES makes one.'
      : 'The client in whose name the bot acts is not there, is no system, or belongs to another organisation.';
  throw fault('bot.noClient', 422, 'not-found', text, 'Library.extension');
}

function recordRuns(audit: Audit | undefined): BotContext['audit'] {
  return async (run: BotRun, { name }: BotDescription, principal: Principal) => {
    await audit?.log.record({
      kind: 'application',
      interaction: 'bot-run',
      outcome: run.outcome === 'success' ? 'success' : 'failure',
      tenant: run.tenant,
      who: whoDetailOf(principal),
      requestId: run.id,
      action: 'E',
      facts: {
        bot: name,
        library: `Library/${run.bot}/_history/${run.version}`,
        trigger: run.trigger,
        outcome: run.outcome,
        ms: run.duration,
        calls: run.hostCalls,
      },
    });
  };
}
