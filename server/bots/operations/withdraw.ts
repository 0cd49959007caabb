import { announceChange } from '../../fhir/live/changes.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { inTransaction } from '../../fhir/write/in-transaction.ts';
import { fault } from '../../kernel/fault.ts';
import { dropBot } from '../stored-bots.ts';
import { DEFINITION } from './parameters.ts';

/** `POST [base]/Library/[id]/$withdraw`: the bot stops; its Library and what it did stay. */
export function withdrawOperation(withdrawn: () => Promise<void>): Operation {
  return {
    code: 'withdraw',
    definition: `${DEFINITION}/withdraw`,
    text: 'For administrators: the bot of the Library stops. What it was told of and has not done yet is dropped.',
    levels: ['instance'],
    types: ['Library'],
    affectsState: true,
    async run(engine, ctx, { request, id = '' }) {
      primitiveInput(request, []);
      await inTransaction(engine, ctx, async (inner) => {
        if (!(await dropBot(inner.db, ctx.tenant, id))) {
          throw fault(
            'bot.unknown',
            404,
            'not-found',
            'No bot of this Library is deployed; $bots lists those that are.',
          );
        }
        await announceChange(engine, inner, 'bots');
        inner.audit.note({ action: 'E', interaction: '$withdraw', type: 'Library', id });
      });
      await withdrawn();
      return { status: 204, headers: {} };
    },
  };
}
