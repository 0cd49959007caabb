import { bodyParameters } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import type { Ctx } from '../../fhir/engine.ts';
import type { FhirRequest, FhirResponse } from '../../fhir/request.ts';
import { fault } from '../../kernel/fault.ts';
import { isObject, stringifyJson, type JsonValue } from '../../kernel/json.ts';
import type { DeployedBot } from '../bot.ts';
import type { BotContext } from '../bot-context.ts';
import type { Deployments } from '../deployments.ts';
import { expectSuccess, runBot } from '../run-bot.ts';
import { DEFINITION, parametersOf } from './parameters.ts';

/**
 * `POST [base]/Library/[id]/$execute`: runs a bot now, with the body as its input, and answers what it returns. A body of
 * Parameters with `hl7-event` and `hl7-message` is a message, for bots that take its event.
 */
export function executeOperation(context: BotContext, deployments: Deployments): Operation {
  return {
    code: 'execute',
    definition: `${DEFINITION}/execute`,
    text:
      'Runs the bot of the Library with the body as its input, in the rights of the bot. May be called by the roles that its ' +
      'deployment names. Answers the resource that it returns, or Parameters with the JSON text of another result.',
    levels: ['instance'],
    types: ['Library'],
    affectsState: true,
    async run(_engine, ctx, { request, id = '' }) {
      await deployments.fresh();
      const bot = deployments.find(ctx.tenant, id);
      if (bot === undefined || !mayCall(ctx, bot)) {
        throw fault('bot.unknown', 404, 'not-found', 'There is no bot of this Library that you may call.');
      }
      const message = hl7Of(request);
      expectTaken(bot, message?.event);
      const event =
        message === undefined ? { trigger: 'execute', input: request.body ?? null } : { trigger: 'hl7', ...message };
      const answer = await runBot(context, bot, {
        trigger: message === undefined ? 'execute' : 'hl7',
        requestId: ctx.requestId,
        event: () => Promise.resolve(event),
      });
      if (answer === undefined) throw fault('bot.unknown', 404, 'not-found', 'The Library of this bot was deleted.');
      ctx.audit.note({ action: 'E', interaction: '$execute', type: 'Library', id, version: bot.version });
      expectSuccess(answer);
      return answerOf(context, answer.result);
    },
  };
}

function mayCall({ access: { isUnrestricted, principal } }: Ctx, { callers }: DeployedBot): boolean {
  return isUnrestricted || principal.roles.some((role) => callers.includes(role));
}

interface Hl7Input {
  readonly event: string;
  readonly message: string;
}

function hl7Of(request: FhirRequest): Hl7Input | undefined {
  if (!isObject(request.body) || request.body.resourceType !== 'Parameters') return undefined;
  const texts = new Map(bodyParameters(request).map(({ name, valueString }) => [name, valueString]));
  const [event, message] = [texts.get('hl7-event'), texts.get('hl7-message')];
  return typeof event === 'string' && typeof message === 'string' ? { event, message } : undefined;
}

/** @throws Fault `bot.notCalled` 422 */
function expectTaken({ triggers }: DeployedBot, event: string | undefined): void {
  const isTaken = triggers.some((trigger) =>
    event === undefined ? trigger.kind === 'execute' : trigger.kind === 'hl7' && trigger.event === event,
  );
  if (isTaken) return;
  const takes = triggers.flatMap((each) =>
    each.kind === 'hl7' ? [each.event] : each.kind === 'execute' ? ['$execute'] : [],
  );
  const text = `The bot is not called that way; it takes ${takes.length === 0 ? 'no calls' : takes.join(', ')}.`;
  throw fault('bot.notCalled', 422, 'not-supported', text);
}

function answerOf({ engine }: BotContext, result: JsonValue | undefined): FhirResponse {
  if (result === undefined) return parametersOf([]);
  const isResource = isObject(result) && engine.definitions.isResourceType(String(result.resourceType));
  if (isResource) return { status: 200, headers: {}, text: stringifyJson(result) };
  return parametersOf([{ name: 'result', valueString: stringifyJson(result) }]);
}
