import { requireFreshFactor } from '../../../access/step-up.ts';
import { storeRole } from '../../../access/stored-roles.ts';
import { fault } from '../../../kernel/fault.ts';
import { JsonSyntaxError, parseJson, type JsonValue } from '../../../kernel/json.ts';
import { announceChange } from '../../live/changes.ts';
import { single } from '../../query.ts';
import { inTransaction } from '../../write/in-transaction.ts';
import { primitiveInput } from '../input.ts';
import type { Operation } from '../operation.ts';
import { roleParameter } from './role-parameter.ts';

export const defineRole: Operation = {
  code: 'define-role',
  definition: 'https://athanor.health/fhir/OperationDefinition/define-role',
  text:
    'For administrators: defines a role of the organisation, or changes it. Takes definition, the JSON text of a role with ' +
    'name, title and grants; needs a fresh second factor. What holders of the role may do changes within two seconds.',
  levels: ['system'],
  affectsState: true,
  async run(engine, ctx, { request }) {
    const definition = definitionOf(single(primitiveInput(request, ['definition']), 'definition'));
    requireFreshFactor(ctx.access, ctx.now());
    return inTransaction(engine, ctx, async (inner) => {
      const role = await storeRole(inner.db, ctx.tenant, definition, engine, ctx.now());
      await announceChange(engine, inner, 'policies');
      inner.audit.note({ action: 'U', interaction: '$define-role', found: [`Role/${role.name}`] });
      const parameter = [roleParameter(role.name, role.title, JSON.stringify(definition), [])];
      return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
    });
  },
};

function definitionOf(text: string | undefined): JsonValue {
  try {
    return parseJson(text ?? '');
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    const message = `definition must be the JSON text of a role, such as {"name":"intern","title":"Intern","grants":[…]}: ${cause.message}`;
    throw fault('operation.badRole', 400, 'value', message, undefined, { cause });
  }
}
