import { requireFreshFactor } from '../../access/step-up.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { expectResource } from '../../fhir/write/prepare.ts';
import type { BotContext } from '../bot-context.ts';
import { deployBot, type DeployOptions } from '../deploy.ts';
import { DEFINITION, resourceAnswer } from './parameters.ts';

/** `POST [base]/Library/$deploy-bot`: the body is the Library. */
export function deployBotOperation(
  context: BotContext,
  options: DeployOptions,
  deployed: () => Promise<void>,
): Operation {
  return {
    code: 'deploy-bot',
    definition: `${DEFINITION}/deploy-bot`,
    text:
      'For administrators: stores the Library in the body, which describes a bot (profile clinic-bot), and runs it from now on. ' +
      'Where a bot of its name exists, this is its next version. Needs a fresh second factor.',
    levels: ['type'],
    types: ['Library'],
    affectsState: true,
    async run(_engine, ctx, { request }) {
      requireFreshFactor(ctx.access, ctx.now());
      const { library } = await deployBot(context, options, ctx, expectResource(request.body, 'Library'));
      await deployed();
      return resourceAnswer(library);
    },
  };
}
