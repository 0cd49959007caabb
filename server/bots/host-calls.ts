import type { Ctx } from '../fhir/engine.ts';
import { Fault, fault } from '../kernel/fault.ts';
import { isFhirId } from '../kernel/id.ts';
import { isObject, JsonSyntaxError, type JsonObject, type JsonValue } from '../kernel/json.ts';
import type { RequestTrail } from '../fhir/audit-trail.ts';
import type { Clinic, TransactionEntry } from '../sdk/clinic.ts';
import type { AnyResource, TypeName } from '../sdk/resource.ts';
import type { CallAnswer } from '../../bots/runtime/pool.ts';
import { MAX_ANSWER } from '../../bots/runtime/limits.ts';
import type { DeployedBot } from './bot.ts';
import type { BotContext } from './bot-context.ts';
import { createCallTurns } from './call-turns.ts';
import { decodeFromBot, encodeForBot } from './exact-text.ts';
import { readSecret } from './stored-secrets.ts';

/** What a bot asks the server for while it runs. */
export interface HostCalls {
  /** One call: texts in and out; never rejects, and never settles when the run is over before its turn. */
  call(name: string, text: string): Promise<CallAnswer>;
  /** The run is over. */
  end(): void;
  /** Secrets that the run has read, to be kept out of what is recorded. */
  readonly secrets: ReadonlySet<string>;
}

const MAX_RESULTS = 1000;

type Args = readonly JsonValue[];

/**
 * The server's side of `athanor` (bots/runtime/bot.d.ts), in the rights of a context.
 * @param ctx makes a context for each call, with a trail of its own
 * @param settle stores what was read so far in the audit trail, before anything of it may leave the server
 */
export function createHostCalls(
  context: BotContext,
  bot: DeployedBot,
  ctx: () => Promise<{ readonly ctx: Ctx; readonly trail: RequestTrail }>,
  settle: () => Promise<void>,
): HostCalls {
  const { engine } = context;
  const secrets = new Set<string>();
  const turns = createCallTurns();

  const calls: Readonly<Record<string, (clinic: Clinic, args: Args) => Promise<unknown>>> = {
    read: (clinic, [type, id]) => clinic.read(typeOf(type), idOf(id)),
    search: (clinic, [type, query, limit]) => clinic.search(typeOf(type), textOf(query, 'query'), limitOf(limit)),
    create: (clinic, [resource]) => clinic.create(resourceOf(resource)),
    createOnce: (clinic, [key, resource]) => clinic.createOnce(textOf(key, 'key'), identifiable(resource)),
    update(clinic, [resource]) {
      const given = resourceOf(resource);
      return clinic.update({ ...given, id: idOf(given.id) });
    },
    remove: (clinic, [type, id]) => clinic.remove(typeOf(type), idOf(id)),
    transaction: (clinic, [entries]) => clinic.transaction(entriesOf(entries)),
    secret: (_clinic, [name]) => secretOf(textOf(name, 'name')),
    async fetch(_clinic, [url, init]) {
      await settle();
      return context.fetch(url, init, bot.hosts);
    },
  };

  function typeOf(type: JsonValue | undefined): TypeName {
    if (typeof type === 'string' && engine.definitions.isResourceType(type)) return type as TypeName;
    throw bad('type must be a resource type of FHIR R4');
  }

  function resourceOf(resource: JsonValue | undefined): AnyResource {
    if (!isObject(resource)) throw bad('a resource must be an object with a resourceType');
    typeOf(resource.resourceType);
    return resource as unknown as AnyResource;
  }

  function identifiable(resource: JsonValue | undefined): AnyResource {
    const given = resourceOf(resource);
    const elements = engine.definitions.type(given.resourceType)?.elements ?? [];
    if (elements.some(({ name }) => name === 'identifier')) return given;
    throw bad(`${given.resourceType} has no identifier, so that it cannot be created once; update it under an id`);
  }

  async function secretOf(name: string): Promise<string> {
    const value =
      bot.secrets.includes(name) && context.sealer !== undefined
        ? await readSecret(engine.dbOf(bot.tenant), context.sealer, bot.tenant, name)
        : undefined;
    if (value === undefined) {
      throw fault(
        'bot.noSecret',
        404,
        'not-found',
        'There is no secret of that name that the bot names in its deployment.',
      );
    }
    secrets.add(value);
    return value;
  }

  async function run(name: string, text: string): Promise<string> {
    const known = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (known === undefined) throw bad('there is no such function');
    const args = decodeFromBot(text);
    const { ctx: own, trail } = await ctx();
    try {
      const answer = await known(context.clinicOf(own), Array.isArray(args) ? args : []);
      trail.succeeded(200);
      // Resources are JSON by their types; what is undefined in a list has no counterpart there.
      return encodeForBot(
        Array.isArray(answer)
          ? answer.map((each: JsonValue | undefined) => each ?? null)
          : (answer as JsonValue | undefined),
      );
    } catch (error) {
      trail.failed(error instanceof Fault ? error.status : 500, error instanceof Fault ? error.message : 'exception');
      throw error;
    }
  }

  return {
    secrets,
    end: () => turns.end(),
    async call(name, text) {
      try {
        const answer = await turns.take(() => run(name, text));
        if (answer.length > MAX_ANSWER) throw bad('the answer is too large; ask for less');
        return { isError: false, text: answer };
      } catch (error) {
        return { isError: true, text: JSON.stringify(faultOf(error, (bug) => context.onError(bug))) };
      }
    },
  };
}

/** What a bot is told of a refusal: what a client would be told. */
function faultOf(error: unknown, onBug: (error: unknown) => void): JsonObject {
  if (error instanceof Fault) {
    return { code: error.code, status: error.status, text: error.issues.map(({ text }) => text).join(' ') };
  }
  if (error instanceof JsonSyntaxError) return { code: 'bot.badValue', status: 422, text: `${error.message}.` };
  onBug(error);
  return { code: 'bot.internal', status: 500, text: 'The server could not do this.' };
}

function idOf(id: JsonValue | undefined): string {
  if (typeof id === 'string' && isFhirId(id)) return id;
  throw bad('id must be an id of FHIR');
}

function textOf(text: JsonValue | undefined, name: string): string {
  if (typeof text === 'string' && text.length <= 8000) return text;
  throw bad(`${name} must be a text of at most 8000 characters`);
}

function limitOf(limit: JsonValue | undefined): number {
  if (typeof limit === 'number' && Number.isInteger(limit) && limit > 0 && limit <= MAX_RESULTS) return limit;
  throw bad(`limit must be a whole number from 1 to ${MAX_RESULTS}`);
}

function entriesOf(entries: JsonValue | undefined): readonly TransactionEntry[] {
  if (Array.isArray(entries) && entries.every(isObject)) return entries as unknown as readonly TransactionEntry[];
  throw bad('a transaction is a list of entries with resource and request');
}

function bad(text: string): Error {
  return fault('bot.badCall', 422, 'value', `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}.`);
}
