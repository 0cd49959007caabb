import { requireFreshFactor } from '../../access/step-up.ts';
import { withAuthority } from '../../fhir/operations/with-authority.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { single } from '../../fhir/query.ts';
import { parseStored } from '../../fhir/write/current.ts';
import { fault } from '../../kernel/fault.ts';
import { readLive, readVersion } from '../../storage/read.ts';
import type { BotContext } from '../bot-context.ts';
import { deployBot, type DeployOptions } from '../deploy.ts';
import { DEFINITION, resourceAnswer } from './parameters.ts';

/** `POST [base]/Library/[id]/$deploy`: what is stored, or an earlier version of it (roll back). */
export function deployOperation(context: BotContext, options: DeployOptions, deployed: () => Promise<void>): Operation {
  return {
    code: 'deploy',
    definition: `${DEFINITION}/deploy`,
    text:
      'For administrators: runs the bot that the Library describes from now on, as it is stored or as it was in the version ' +
      'that the parameter version names, which is stored again as the newest one. Needs a fresh second factor.',
    levels: ['instance'],
    types: ['Library'],
    affectsState: true,
    async run(engine, ctx, { request, id = '' }) {
      requireFreshFactor(ctx.access, ctx.now());
      const wanted = single(primitiveInput(request, ['version']), 'version');
      const { db, tenant } = withAuthority(ctx);
      const ref = engine.hasher(tenant).target(`Library/${id}`);
      const live = await readLive(db, tenant, ref, undefined);
      const row =
        wanted === undefined || live === undefined ? live : await readVersion(db, tenant, ref, versionOf(wanted));
      if (typeof row?.body !== 'string') {
        const text = 'There is no such Library, or it has no such version; GET Library/[id]/_history lists them.';
        throw fault('bot.noVersion', 404, 'not-found', text);
      }
      const { library } = await deployBot(
        context,
        options,
        ctx,
        parseStored('Library', { id, ...row, body: row.body }),
      );
      await deployed();
      return resourceAnswer(library);
    },
  };
}

function versionOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw fault('operation.badParameter', 400, 'value', 'version must be the number of a version of the Library.');
}
