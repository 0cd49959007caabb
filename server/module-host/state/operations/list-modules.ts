import { primitiveInput } from '../../../fhir/operations/input.ts';
import type { Operation } from '../../../fhir/operations/operation.ts';
import type { Registry } from '../../../registry/registry.ts';
import type { InForce } from '../in-force.ts';
import { moduleParameters } from './module-parameters.ts';

/** `$modules`. */
export function listModules(registry: Registry, inForce: () => InForce): Operation {
  return {
    code: 'modules',
    definition: 'https://athanor.health/fhir/OperationDefinition/modules',
    text: 'The modules of the server, with their versions, whether the organisation has them, what they contribute, and the pages that the caller may open.',
    levels: ['system'],
    affectsState: false,
    async run(_engine, ctx, { request }) {
      primitiveInput(request, []);
      const parameter = moduleParameters(registry, inForce(), ctx.access.principal);
      const answer = { resourceType: 'Parameters', ...(parameter.length === 0 ? {} : { parameter }) };
      return { status: 200, headers: {}, text: JSON.stringify(answer) };
    },
  };
}
