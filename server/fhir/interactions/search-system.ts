import type { Ctx, Engine } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { search } from '../search/run-search.ts';

/** `GET [base]?…`, `POST [base]/_search`: over the types of `_type`, or over all. https://hl7.org/fhir/R4/http.html#search */
export async function searchSystem(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  return search(engine, ctx, request, { type: undefined, path: '' });
}
