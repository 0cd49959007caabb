import { fault } from '../../kernel/fault.ts';
import type { Ctx, Engine } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { search } from '../search/run-search.ts';
import { expectId } from '../write/prepare.ts';

/**
 * `GET [base]/[compartment]/[id]/[type]?…`, or `*` for all types, and the same by POST with `_search` behind.
 * https://hl7.org/fhir/R4/http.html#vsearch
 * @throws Fault 404 when the first type has no compartment, 400 when the other type is never in it
 */
export async function searchCompartment(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const [compartment = '', id = '', last = ''] = request.path;
  expectId(id, `${compartment}.id`);
  const type = last === '*' || last === '_search' ? undefined : last;
  const { definitions, registry } = engine;
  const known = definitions.compartments.map(({ code }) => code);
  if (!known.includes(compartment)) {
    throw fault(
      'search.noCompartment',
      404,
      'not-supported',
      `${compartment} has no compartment; ${known.join(', ')} have.`,
    );
  }
  if (type !== undefined && type !== compartment && registry.compartmentParams(compartment, type).length === 0) {
    throw fault(
      'search.notInCompartment',
      400,
      'not-supported',
      `${type} resources are never in the compartment of a ${compartment}.`,
    );
  }
  return search(engine, ctx, request, {
    type,
    path: `${compartment}/${id}/${type ?? '*'}`,
    compartment: { kind: 'compartment', compartment, ids: [id] },
  });
}
