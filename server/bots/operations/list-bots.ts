import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { BotTrigger, DeployedBot } from '../bot.ts';
import type { Deployments } from '../deployments.ts';
import { DEFINITION, parametersOf } from './parameters.ts';

/** `GET [base]/Library/$bots`. */
export function listBotsOperation(deployments: Deployments): Operation {
  return {
    code: 'bots',
    definition: `${DEFINITION}/bots`,
    text: 'For administrators: the bots that are deployed, with the version that runs and what makes it run.',
    levels: ['type'],
    types: ['Library'],
    affectsState: false,
    async run(_engine, ctx, { request }) {
      primitiveInput(request, []);
      await deployments.fresh();
      const own = deployments.all().filter(({ tenant }) => tenant === ctx.tenant);
      return parametersOf(own.map((bot) => ({ name: 'bot', part: partsOf(bot) })));
    },
  };
}

function partsOf({ id, name, title, version, triggers, callers, client }: DeployedBot): JsonObject[] {
  return [
    { name: 'library', valueReference: { reference: `Library/${id}` } },
    { name: 'name', valueString: name },
    { name: 'title', valueString: title },
    { name: 'version', valueInteger: version },
    ...(client === undefined ? [] : [{ name: 'client', valueString: client }]),
    ...triggers.map((trigger) => ({ name: 'trigger', valueString: describe(trigger) })),
    ...callers.map((role) => ({ name: 'caller', valueString: role })),
  ];
}

function describe(trigger: BotTrigger): string {
  switch (trigger.kind) {
    case 'subscription':
      return `${trigger.criteria} (${trigger.interactions.join(', ')})`;
    case 'schedule':
      return `${trigger.cron} ${trigger.zone}`;
    case 'hl7':
      return trigger.event;
    case 'execute':
      return '$execute';
  }
}
