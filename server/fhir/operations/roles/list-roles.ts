import { readStoredRoles } from '../../../access/stored-roles.ts';
import { primitiveInput } from '../input.ts';
import type { Operation } from '../operation.ts';
import { roleParameter } from './role-parameter.ts';

export const listRoles: Operation = {
  code: 'roles',
  definition: 'https://athanor.health/fhir/OperationDefinition/roles',
  text: 'For administrators: the roles that people can have, those of the server and those that the organisation defined, with what is wrong with them.',
  levels: ['system'],
  affectsState: false,
  async run(engine, ctx, { request }) {
    primitiveInput(request, []);
    const stored = await readStoredRoles(ctx.db, ctx.tenant, engine);
    const parameter = [
      ...[...engine.roles(ctx.tenant)].map(([name, reading]) =>
        'role' in reading
          ? roleParameter(name, reading.role.title, undefined, [])
          : roleParameter(name, undefined, undefined, reading.problems),
      ),
      ...stored.map(({ name, definition, reading }) =>
        'role' in reading
          ? roleParameter(name, reading.role.title, definition, [])
          : roleParameter(name, undefined, definition, reading.problems),
      ),
    ];
    return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
  },
};
