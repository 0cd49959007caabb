import { createHash } from 'node:crypto';
import type { Access } from '../access/access.ts';
import type { Principal } from '../access/principal.ts';
import type { RequestTrail } from '../fhir/audit-trail.ts';
import type { Ctx } from '../fhir/engine.ts';
import { requestContext } from '../fhir/request-context.ts';
import { Fault, fault } from '../kernel/fault.ts';
import { uuidv7 } from '../kernel/id.ts';
import { JsonSyntaxError, type JsonValue } from '../kernel/json.ts';
import { readLive } from '../storage/read.ts';
import type { LogLine, RunEnd } from '../../bots/runtime/protocol.ts';
import type { DeployedBot } from './bot.ts';
import type { BotContext } from './bot-context.ts';
import { decodeFromBot, encodeForBot } from './exact-text.ts';
import { createHostCalls } from './host-calls.ts';
import { storeRun, type BotRun, type TriggerKind } from './stored-runs.ts';

export interface BotCall {
  readonly trigger: TriggerKind;
  /** See {@link BotRun.event}. */
  readonly eventId?: string;
  readonly requestId: string;
  /** What the bot gets. Undefined: nothing that it may see, so that it is not called. */
  event(access: Access): Promise<JsonValue | undefined>;
}

export interface BotAnswer {
  readonly run: BotRun;
  /** What the bot returned. */
  readonly result: JsonValue | undefined;
  /** As the runtime told it, with messages of errors: for whoever runs a bot at their own machine. */
  readonly end: RunEnd;
}

/** A secret in a log line is taken out when it is longer than this; shorter ones would take words apart. */
const SHORTEST_SECRET = 4;

/**
 * Runs a bot in the rights of its client, and records that: a row of table bot_run and an AuditEvent, beside those of what
 * it reads and writes.
 * @returns undefined when there was nothing to do: the Library is gone, or the event may not be seen
 * @throws Fault `bot.noClient` 422, `bot.busy` 503, `audit.unavailable` 503
 */
export async function runBot(context: BotContext, bot: DeployedBot, call: BotCall): Promise<BotAnswer | undefined> {
  const { engine, now } = context;
  await engine.fresh();
  const { tenant, id } = bot;
  const ref = engine.hasher(tenant).target(`Library/${id}`);
  if ((await readLive(engine.dbOf(tenant), tenant, ref, undefined)) === undefined) return undefined;
  const principal = await context.principalOf(tenant, bot.client);
  const event = await call.event(await engine.access(principal));
  if (event === undefined) return undefined;

  const started = now();
  const trails: RequestTrail[] = [];
  const settle = async (): Promise<void> => {
    await Promise.all(trails.splice(0).map((trail) => trail.settle()));
  };
  const calls = createHostCalls(context, bot, () => contextOf(context, principal, call.requestId, trails), settle);
  const end = await context.runtime.run({
    tenant,
    code: bot.code,
    event: encodeForBot(event),
    limits: bot.limits,
    now: started,
    call: calls.call,
  });
  calls.end();
  await settle();
  const { outcome, result } = outcomeOf(end);
  const run: BotRun = {
    tenant,
    id: uuidv7(started),
    bot: id,
    version: bot.version,
    trigger: call.trigger,
    event: call.eventId,
    outcome,
    started,
    duration: Math.max(0, Math.round(now() - started)),
    cpu: Math.round(end.cpu),
    hostCalls: end.hostCalls,
    log: end.log.map((line) => withoutSecrets(line, calls.secrets)),
    error: errorOf(end),
  };
  await storeRun(engine.dbOf(tenant), run);
  await context.audit(run, bot, principal);
  return { run, result, end };
}

/** @throws Fault `bot.failed` 422 that tells why, and nothing of what the bot has seen */
export function expectSuccess({ run: { outcome, error, id } }: BotAnswer): void {
  if (outcome === 'success') return;
  const text = `The bot ended with ${outcome}${error === undefined ? '' : ` (${error})`}; $runs has its run ${id}.`;
  throw fault('bot.failed', 422, 'processing', text);
}

/** Of one call: what its principal may do now, and a trail of its own. */
async function contextOf(
  { engine, openTrail }: BotContext,
  principal: Principal,
  requestId: string,
  trails: RequestTrail[],
): Promise<{ readonly ctx: Ctx; readonly trail: RequestTrail }> {
  await engine.fresh();
  const access = await engine.access(principal);
  const trail = openTrail(principal, requestId);
  trails.push(trail);
  return { trail, ctx: requestContext(engine, { requestId, baseUrl: engine.settings.baseUrl, access, audit: trail }) };
}

function outcomeOf(end: RunEnd): { readonly outcome: string; readonly result: JsonValue | undefined } {
  if (end.outcome === 'failure') return { outcome: end.failure, result: undefined };
  try {
    return { outcome: 'success', result: decodeFromBot(end.result ?? '') };
  } catch (error) {
    if (!(error instanceof Fault) && !(error instanceof JsonSyntaxError)) throw error;
    return { outcome: 'bad-result', result: undefined };
  }
}

/** The message of an error may hold what the bot has seen, and stays away. */
function errorOf(end: RunEnd): string | undefined {
  if (end.outcome === 'success' || end.error === undefined) return undefined;
  const { name, code = '', places } = end.error;
  return [/^[A-Za-z]{1,40}$/.test(name) ? name : 'Error', code, ...places].filter((part) => part !== '').join(' ');
}

function withoutSecrets({ level, text }: LogLine, secrets: ReadonlySet<string>): LogLine {
  let shown = text;
  for (const secret of secrets) if (secret.length >= SHORTEST_SECRET) shown = shown.replaceAll(secret, '***');
  return { level, text: shown };
}

export function digestOf(code: string): Buffer {
  return createHash('sha256').update(code).digest();
}
