import type { LogLine } from '../../bots/runtime/protocol.ts';
import type { Queryable } from '../storage/db.ts';

export type TriggerKind = 'subscription' | 'schedule' | 'execute' | 'hl7';

/** What became of one run. */
export interface BotRun {
  readonly tenant: number;
  readonly id: string;
  /** Id of the Library, and its version that ran. */
  readonly bot: string;
  readonly version: number;
  readonly trigger: TriggerKind;
  /** Id of the event that was delivered; the same for its repetitions. */
  readonly event: string | undefined;
  /** `success`, or why it failed. */
  readonly outcome: string;
  /** Milliseconds. */
  readonly started: number;
  readonly duration: number;
  readonly cpu: number;
  readonly hostCalls: number;
  readonly log: readonly LogLine[];
  /** Kind of error and places in the code. */
  readonly error: string | undefined;
}

export async function storeRun(db: Queryable, run: BotRun): Promise<void> {
  const { tenant, id, bot, version, trigger, event, outcome, started, duration, cpu, hostCalls, log, error } = run;
  await db.query({
    name: 'store_bot_run',
    text:
      'insert into bot_run (tenant, id, bot, version, trigger, event, outcome, started, duration, cpu, host_calls, log, error) ' +
      'values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)',
    values: [
      tenant,
      id,
      bot,
      version,
      trigger,
      event ?? null,
      outcome,
      started,
      duration,
      cpu,
      hostCalls,
      log.length === 0 ? null : JSON.stringify(log),
      error ?? null,
    ],
  });
}

/** The newest first. */
export async function listRuns(
  db: Queryable,
  tenant: number,
  bot: string,
  { limit, isFailed }: { readonly limit: number; readonly isFailed: boolean },
): Promise<readonly BotRun[]> {
  const rows = await db.query<Row>({
    text:
      'select tenant, id, bot, version, trigger, event, outcome, started, duration, cpu, host_calls as "hostCalls", log, error ' +
      `from bot_run where tenant = $1 and bot = $2 ${isFailed ? `and outcome <> 'success' ` : ''}order by started desc limit $3`,
    values: [tenant, bot, limit],
  });
  return rows.map(({ log, event, error, ...run }) => ({
    ...run,
    event: event ?? undefined,
    error: error ?? undefined,
    log: log === null ? [] : (JSON.parse(log) as LogLine[]),
  }));
}

interface Row extends Omit<BotRun, 'log' | 'event' | 'error'> {
  readonly log: string | null;
  readonly event: string | null;
  readonly error: string | null;
}

/** Of every tenant. @param before milliseconds */
export async function dropOldRuns(db: Queryable, before: number): Promise<void> {
  await db.query({ text: 'delete from bot_run where started < $1', values: [before] });
}
