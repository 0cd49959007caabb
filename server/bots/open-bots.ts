import type { Operation } from '../fhir/operations/operation.ts';
import type { JobQueue } from '../jobs/job-queue.ts';
import type { BotContext } from './bot-context.ts';
import { BOT_QUEUE, createBotSchedules, runScheduled } from './bot-schedules.ts';
import { createBotSubscribers, type SubscriberRegistry } from './bot-subscribers.ts';
import type { DeployOptions } from './deploy.ts';
import { openDeployments } from './deployments.ts';
import { deployBotOperation } from './operations/deploy-bot.ts';
import { deployOperation } from './operations/deploy.ts';
import { executeOperation } from './operations/execute.ts';
import { listBotsOperation } from './operations/list-bots.ts';
import { listRunsOperation } from './operations/list-runs.ts';
import { secretOperations } from './operations/secrets.ts';
import { withdrawOperation } from './operations/withdraw.ts';
import { dropOldRuns } from './stored-runs.ts';

export interface BotsOptions extends BotContext, DeployOptions {
  /** Undefined in a process that does not react: the command line. */
  readonly reacts:
    | {
        readonly subscriptions: SubscriberRegistry;
        readonly jobs: Pick<JobQueue, 'work' | 'schedule' | 'unschedule'>;
        /** Scheduled runs of this process at once. */
        readonly concurrency: number;
        /** Milliseconds for which records of runs are kept. */
        readonly keepRuns: number;
      }
    | undefined;
}

/** Customers' bots in one process. */
export interface Bots {
  readonly operations: readonly Operation[];
  close(): Promise<void>;
}

const TIDY = 3_600_000;

export async function openBots(options: BotsOptions): Promise<Bots> {
  const { engine, now, onError, reacts } = options;
  const subscribers = reacts === undefined ? undefined : createBotSubscribers(options, reacts.subscriptions);
  const schedules = reacts === undefined ? undefined : createBotSchedules(options, reacts.jobs);
  const deployments = await openDeployments({
    engine,
    now,
    onError,
    async onChange(bots) {
      await subscribers?.(bots);
      await schedules?.(bots);
    },
  });
  let tidying: NodeJS.Timeout | undefined;
  if (reacts !== undefined) {
    await reacts.jobs.work(BOT_QUEUE, (run) => runScheduled(options, deployments, run), {
      concurrency: reacts.concurrency,
    });
    tidying = setInterval(() => void dropOldRuns(engine.db, now() - reacts.keepRuns).catch(onError), TIDY).unref();
  }
  const refresh = (): Promise<void> => deployments.refresh();
  return {
    operations: [
      deployBotOperation(options, options, refresh),
      deployOperation(options, options, refresh),
      withdrawOperation(refresh),
      executeOperation(options, deployments),
      listBotsOperation(deployments),
      listRunsOperation,
      ...secretOperations(options.sealer),
    ],
    async close() {
      clearInterval(tidying);
      await deployments.close();
    },
  };
}
