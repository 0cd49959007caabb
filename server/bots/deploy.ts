import { fault } from '../kernel/fault.ts';
import { isObject, type JsonObject } from '../kernel/json.ts';
import type { Ctx } from '../fhir/engine.ts';
import { announceChange } from '../fhir/live/changes.ts';
import { withAuthority } from '../fhir/operations/with-authority.ts';
import { readCriteria, splitCriteria } from '../fhir/subscriptions/criteria.ts';
import { inTransaction } from '../fhir/write/in-transaction.ts';
import type { ResourceOf } from '../sdk/resource.ts';
import type { BotDescription } from './bot.ts';
import { sourceOf, withCode } from './bot-code.ts';
import type { BotContext } from './bot-context.ts';
import { BOT_PROFILE } from './library-form.ts';
import { readBot } from './read-bot.ts';
import { digestOf } from './run-bot.ts';
import { findBot, storeBot } from './stored-bots.ts';

export interface DeployOptions {
  /**
   * Whether a schedule stands for times.
   * @throws Error that says what is wrong
   */
  checkSchedule(cron: string, zone: string): void;
}

export interface Deployed {
  readonly library: JsonObject;
  readonly bot: BotDescription;
}

/**
 * Deploys a bot: its source is compiled and loaded once, the Library stored with what was compiled, and this version runs
 * from now on. The authority to do so comes with the permission to call the operation.
 * @param library without id: the one that has the bot's name, or a new one
 * @throws Fault 422 when something is wrong with it; then nothing is stored
 */
export async function deployBot(
  context: BotContext,
  { checkSchedule }: DeployOptions,
  ctx: Ctx,
  library: JsonObject,
): Promise<Deployed> {
  const { engine, runtime } = context;
  const { tenant } = ctx;
  const bot = readBot(library);
  for (const trigger of bot.triggers) {
    if (trigger.kind === 'schedule') expectSchedule(() => checkSchedule(trigger.cron, trigger.zone));
    if (trigger.kind !== 'subscription') continue;
    const { type, query } = splitCriteria(engine, trigger.criteria, 'Library.extension');
    await readCriteria(engine, ctx, type, query, 'Library.extension');
  }
  // Whoever deploys decides in whose name it acts; it must be there.
  await context.principalOf(tenant, bot.client);
  const code = await runtime.compile(sourceOf(library));
  await expectLoads(context, tenant, code);

  const stored = await inTransaction(engine, withAuthority(ctx), async (inner) => {
    const clinic = context.clinicOf(inner);
    const same = await findBot(inner.db, tenant, { name: bot.name });
    const id = typeof library.id === 'string' ? library.id : same?.id;
    if (same !== undefined && same.id !== id) {
      throw fault(
        'bot.nameTaken',
        409,
        'duplicate',
        `Library/${same.id} has the name of this bot; choose another one.`,
      );
    }
    const resource = withProfile(withCode(library, code)) as unknown as ResourceOf<'Library'>;
    const { id: _id, ...rest } = resource;
    const written =
      id === undefined ? await clinic.create(rest) : await clinic.update({ ...withoutVersion(resource), id });
    const version = Number(written.meta.versionId);
    const { account, client, kind } = ctx.access.principal;
    await storeBot(inner.db, {
      tenant,
      id: written.id,
      name: bot.name,
      version,
      digest: digestOf(code),
      deployed: ctx.now(),
      deployedBy: account ?? client ?? kind,
    });
    await announceChange(engine, inner, 'bots');
    inner.audit.note({ action: 'E', interaction: '$deploy', type: 'Library', id: written.id, version });
    return written;
  });
  return { library: stored as unknown as JsonObject, bot };
}

/** That it can be loaded, and has a function to be called. */
async function expectLoads({ runtime, now }: BotContext, tenant: number, code: string): Promise<void> {
  const end = await runtime.run({
    tenant,
    code,
    event: undefined,
    limits: {},
    now: now(),
    call: () =>
      Promise.resolve({ isError: true, text: '{"code":"bot.loading","status":422,"text":"Not while loading."}' }),
  });
  if (end.outcome === 'success') return;
  const { error, failure } = end;
  const reason =
    failure === 'load' && error !== undefined ? [error.message, ...error.places].join(' ') : `it ended with ${failure}`;
  const hint = reason.includes("'require'") ? '; a bot imports nothing, what it needs has to be in its file' : '';
  const text = `The bot cannot be loaded: ${reason}${hint}.`;
  throw fault('bot.notLoaded', 422, 'processing', text, 'Library.content');
}

function expectSchedule(check: () => void): void {
  try {
    check();
  } catch (cause) {
    const text = cause instanceof Error ? cause.message : 'The schedule cannot be read.';
    throw fault('bot.badSchedule', 422, 'value', text, 'Library.extension', { cause });
  }
}

function withProfile(library: JsonObject): JsonObject {
  const meta = isObject(library.meta) ? library.meta : {};
  const profiles = Array.isArray(meta.profile) ? meta.profile : [];
  return profiles.includes(BOT_PROFILE)
    ? library
    : { ...library, meta: { ...meta, profile: [...profiles, BOT_PROFILE] } };
}

/** A version that is deployed again was the current one once; it does not claim to be it still. */
function withoutVersion(library: ResourceOf<'Library'>): ResourceOf<'Library'> {
  const { versionId: _version, lastUpdated: _updated, ...meta } = library.meta ?? {};
  return { ...library, meta };
}
