import { requireFreshFactor } from '../../../access/step-up.ts';
import { removeRole as removeStoredRole } from '../../../access/stored-roles.ts';
import { fault } from '../../../kernel/fault.ts';
import { announceChange } from '../../live/changes.ts';
import { single } from '../../query.ts';
import { inTransaction } from '../../write/in-transaction.ts';
import { primitiveInput } from '../input.ts';
import type { Operation } from '../operation.ts';

export const removeRole: Operation = {
  code: 'remove-role',
  definition: 'https://athanor.health/fhir/OperationDefinition/remove-role',
  text: 'For administrators: removes a role that the organisation defined; whoever has it has nothing by it. Takes name; needs a fresh second factor.',
  levels: ['system'],
  affectsState: true,
  async run(engine, ctx, { request }) {
    const name = single(primitiveInput(request, ['name']), 'name') ?? '';
    requireFreshFactor(ctx.access, ctx.now());
    return inTransaction(engine, ctx, async (inner) => {
      if (!(await removeStoredRole(inner.db, ctx.tenant, name))) {
        const text = 'There is no role of that name that this organisation defined; $roles lists them.';
        throw fault('operation.unknownRole', 404, 'not-found', text);
      }
      await announceChange(engine, inner, 'policies');
      inner.audit.note({ action: 'D', interaction: '$remove-role', found: [`Role/${name}`] });
      return { status: 204, headers: {} };
    });
  },
};
