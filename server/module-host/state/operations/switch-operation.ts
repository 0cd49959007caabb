import { requireFreshFactor } from '../../../access/step-up.ts';
import type { Ctx } from '../../../fhir/engine.ts';
import { primitiveInput } from '../../../fhir/operations/input.ts';
import type { Operation } from '../../../fhir/operations/operation.ts';
import { single } from '../../../fhir/query.ts';
import { fault } from '../../../kernel/fault.ts';
import type { Registry } from '../../../registry/registry.ts';
import type { InForce } from '../in-force.ts';
import { moduleParameters } from './module-parameters.ts';

/** `$module-enable` or `$module-disable`. */
export function switchOperation(
  registry: Registry,
  inForce: () => InForce,
  isOn: boolean,
  turn: (ctx: Ctx, module: string, isOn: boolean) => Promise<void>,
): Operation {
  const code = isOn ? 'module-enable' : 'module-disable';
  return {
    code,
    definition: `https://athanor.health/fhir/OperationDefinition/${code}`,
    text: isOn
      ? 'For administrators: gives the organisation a module of the server that it had disabled. Takes name; needs a fresh second factor.'
      : 'For administrators: takes a module from the organisation: its operations, rules, bots, roles and pages; what is stored stays, valid and searchable. Takes name; needs a fresh second factor.',
    levels: ['system'],
    affectsState: true,
    async run(_engine, ctx, { request }) {
      const name = single(primitiveInput(request, ['name']), 'name');
      if (name === undefined) throw fault('module.noName', 400, 'required', `$${code} takes name, that of a module.`);
      requireFreshFactor(ctx.access, ctx.now());
      await turn(ctx, name, isOn);
      const parameter = moduleParameters(registry, inForce(), ctx.access.principal, name);
      return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
    },
  };
}
