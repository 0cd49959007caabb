import type { Ctx } from '../../fhir/engine.ts';
import type { Operation } from '../../fhir/operations/operation.ts';
import { primitiveInput } from '../../fhir/operations/input.ts';
import { single } from '../../fhir/query.ts';
import type { FhirRequest, FhirResponse } from '../../fhir/request.ts';
import { fault } from '../../kernel/fault.ts';
import { MAIN_TENANT } from '../../storage/tenants.ts';
import type { Projections } from '../projections.ts';

/** `$rebuild-projection` and `$verify-projection`, for administrators of the main tenant: they are about the tables of all. */
export function projectionOperations(projections: Pick<Projections, 'rebuild' | 'verify' | 'names'>): Operation[] {
  const nameOf = ({ tenant }: Ctx, request: FhirRequest): string => {
    if (tenant !== MAIN_TENANT) {
      const text = 'Projections are kept for all organisations of this server together; its operator looks after them.';
      throw fault('projection.operator', 403, 'forbidden', text);
    }
    const name = single(primitiveInput(request, ['name']), 'name');
    if (name !== undefined) return name;
    const text = `Name the projection; there are: ${projections.names.join(', ') || 'none'}.`;
    throw fault('projection.noName', 400, 'required', text, 'Parameters.parameter');
  };
  const system = { levels: ['system'], affectsState: true } as const;
  return [
    {
      ...system,
      code: 'rebuild-projection',
      definition: 'https://athanor.health/fhir/OperationDefinition/rebuild-projection',
      text: "For administrators: makes a module's projection (name) anew from the live resources, while writers go on.",
      async run(_engine, ctx, { request }) {
        const { name, version, resources } = await projections.rebuild(nameOf(ctx, request));
        return answer([
          { name: 'name', valueString: name },
          { name: 'version', valueInteger: version },
          { name: 'resources', valueInteger: resources },
        ]);
      },
    },
    {
      ...system,
      code: 'verify-projection',
      definition: 'https://athanor.health/fhir/OperationDefinition/verify-projection',
      text: "For administrators: compares a module's projection (name) with what the live resources make of it; answers each drift.",
      async run(_engine, ctx, { request }) {
        const { name, resources, drift } = await projections.verify(nameOf(ctx, request));
        return answer([
          { name: 'name', valueString: name },
          { name: 'resources', valueInteger: resources },
          { name: 'exact', valueBoolean: drift.length === 0 },
          ...drift.map(({ table, kind, count, keys }) => ({
            name: 'drift',
            part: [
              { name: 'table', valueString: table },
              { name: 'kind', valueCode: kind },
              { name: 'count', valueInteger: count },
              ...keys.map((key) => ({ name: 'key', valueString: key })),
            ],
          })),
        ]);
      },
    },
  ];
}

function answer(parameter: readonly object[]): FhirResponse {
  return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}
