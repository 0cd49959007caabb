import type { JobQueue, JobRun, JobSchedule } from '../jobs/job-queue.ts';
import type { DeployedBot } from './bot.ts';
import type { BotContext } from './bot-context.ts';
import type { Deployments } from './deployments.ts';
import { expectSuccess, runBot } from './run-bot.ts';

export const BOT_QUEUE = 'bots';

/** Keeps the schedules of the deployed bots in the job queue. */
export function createBotSchedules(
  { onError }: BotContext,
  jobs: Pick<JobQueue, 'schedule' | 'unschedule'>,
): (bots: readonly DeployedBot[]) => Promise<void> {
  const known = new Map<string, DeployedBot>();

  return async (bots) => {
    const wanted = new Map(bots.flatMap((bot) => schedulesOf(bot).map((one) => [one.name, { bot, schedule: one }])));
    for (const name of [...known.keys()].filter((each) => !wanted.has(each))) {
      known.delete(name);
      await jobs.unschedule(name);
    }
    for (const [name, { bot, schedule }] of wanted) {
      if (known.get(name) === bot) continue;
      try {
        await jobs.schedule(schedule);
        known.set(name, bot);
      } catch (error) {
        onError(error);
      }
    }
  };
}

function schedulesOf({ tenant, id, triggers }: DeployedBot): readonly JobSchedule[] {
  return triggers.flatMap((trigger, index) => {
    if (trigger.kind !== 'schedule') return [];
    const { cron, zone } = trigger;
    const name = `bot:${tenant}:${id}:${index}`;
    return [{ name, queue: BOT_QUEUE, tenant, payload: { bot: id, trigger: index }, cron, zone }];
  });
}

/** Runs a bot whose time has come; one that is not scheduled any more is left alone. */
export async function runScheduled(context: BotContext, deployments: Deployments, { job }: JobRun): Promise<void> {
  await deployments.fresh();
  const { bot: id, trigger: index } = job.payload;
  const bot = deployments.find(job.tenant, String(id));
  if (bot?.triggers[Number(index)]?.kind !== 'schedule') return;
  const answer = await runBot(context, bot, {
    trigger: 'schedule',
    eventId: job.id,
    requestId: `job ${job.id}`,
    event: () => Promise.resolve({ trigger: 'schedule', id: job.id }),
  });
  if (answer !== undefined) expectSuccess(answer);
}
