import type { Ctx, Engine } from '../fhir/engine.ts';
import { serverContext } from '../fhir/request-context.ts';
import type { JobQueue, JobRun } from '../jobs/job-queue.ts';
import type { Bot, BotContext as ModuleBotContext, BotEvent } from '../sdk/bot.ts';
import type { Stored, TypeName } from '../sdk/resource.ts';
import { MAIN_TENANT } from '../storage/tenants.ts';
import type { Subscriber, SubscriberEvent } from '../subscriptions/subscriber.ts';
import type { SubscriberRegistry } from './bot-subscribers.ts';

export interface ModuleBotsOptions {
  readonly engine: Engine;
  readonly bots: readonly { readonly module: string; readonly bot: Bot }[];
  readonly subscriptions: SubscriberRegistry;
  readonly jobs: Pick<JobQueue, 'add' | 'work' | 'schedule'>;
  /** What a bot works with, in the rights of the context. */
  contextOf(ctx: Ctx, module: string): ModuleBotContext;
  isEnabled(tenant: number, module: string): boolean;
  /** Tenants in which scheduled bots run: those that are there and not disabled. */
  tenants(): Promise<readonly number[]>;
}

const TIMEOUT = 30_000;
const QUEUE = 'module-bots';
const AT_ONCE = 2;

type ModuleBot = ModuleBotsOptions['bots'][number];

/** Registers the bots of modules: code of the server's own, with its rights in the tenant that an event belongs to. */
export async function startModuleBots(options: ModuleBotsOptions): Promise<void> {
  const { bots, subscriptions, jobs } = options;
  for (const own of bots) {
    if ('criteria' in own.bot.on) await subscriptions.register(subscriberOf(options, own, own.bot.on));
  }
  const scheduled = bots.filter(({ bot }) => 'cron' in bot.on);
  if (scheduled.length === 0) return;
  await jobs.work(QUEUE, (run) => runScheduled(options, scheduled, run), { concurrency: AT_ONCE });
  for (const { bot } of scheduled) {
    if (!('cron' in bot.on)) continue;
    const { cron, zone = 'UTC' } = bot.on;
    const payload = { bot: bot.name };
    await jobs.schedule({ name: `module-bot:${bot.name}`, queue: QUEUE, tenant: MAIN_TENANT, payload, cron, zone });
  }
}

function subscriberOf(
  options: ModuleBotsOptions,
  { module, bot }: ModuleBot,
  on: Extract<Bot['on'], { readonly criteria: string }>,
): Subscriber {
  return {
    id: `module-bot:${bot.name}`,
    criteria: on.criteria,
    interactions: on.interactions ?? ['create', 'update'],
    timeout: bot.timeoutMs ?? TIMEOUT,
    isEnabled: (tenant) => options.isEnabled(tenant, module),
    deliver: (event) => runOnce(options, { module, bot }, event.tenant, eventOf(event)),
  };
}

/** The time that has come is one job; what is to be done in each tenant is one of its own, so that one tenant's failure is its own. */
async function runScheduled(
  { engine, ...options }: ModuleBotsOptions,
  scheduled: readonly ModuleBot[],
  { job }: JobRun,
): Promise<void> {
  const { bot: name, isShared } = job.payload;
  const own = scheduled.find(({ bot }) => bot.name === name);
  if (own === undefined) return;
  if (isShared === true) {
    if (!options.isEnabled(job.tenant, own.module)) return;
    await inTime(
      own.bot.timeoutMs ?? TIMEOUT,
      runOnce({ engine, ...options }, own, job.tenant, scheduledEvent(job.id)),
    );
    return;
  }
  for (const tenant of await options.tenants()) {
    if (!options.isEnabled(tenant, own.module)) continue;
    const payload = { bot: own.bot.name, isShared: true };
    await options.jobs.add({ queue: QUEUE, tenant, payload, key: `${own.bot.name} ${tenant}` });
  }
}

async function runOnce(
  { engine, contextOf }: ModuleBotsOptions,
  { module, bot }: ModuleBot,
  tenant: number,
  event: BotEvent,
): Promise<void> {
  await engine.fresh();
  const ctx = serverContext(engine, tenant, `bot ${event.id}`, engine.settings.baseUrl);
  await bot.run(event, contextOf(ctx, module));
}

function eventOf({ id, interaction, type, resourceId, version, resource }: SubscriberEvent): BotEvent {
  const stored = resource as unknown as Stored<TypeName> | undefined;
  return { id, interaction, type: type as TypeName, resourceId, version, resource: stored };
}

/** Of no resource. */
function scheduledEvent(id: string): BotEvent {
  return { id, interaction: 'update', type: 'Basic', resourceId: '', version: 0, resource: undefined };
}

/** Code in this process cannot be stopped; it is no longer waited for. */
async function inTime(ms: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`the bot did not end within ${ms} ms`)), ms);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
