import type { Ctx, Engine } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { search } from '../search/run-search.ts';

/** `GET [base]/[type]?…`, `POST [base]/[type]/_search`. https://hl7.org/fhir/R4/http.html#search */
export async function searchType(engine: Engine, ctx: Ctx, request: FhirRequest): Promise<FhirResponse> {
  const type = request.path[0] ?? '';
  return search(engine, ctx, request, { type, path: type });
}
