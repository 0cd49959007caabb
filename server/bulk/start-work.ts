import type { Ctx, Engine } from '../fhir/engine.ts';
import type { FhirRequest, FhirResponse } from '../fhir/request.ts';
import { fault } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';

/**
 * Starts work that goes on after its request. https://hl7.org/fhir/R4/async.html
 * @throws Fault 400 without `Prefer: respond-async`, 501 where nothing is carried out asynchronously
 */
export async function startWork(
  { asyncWorks }: Engine,
  ctx: Ctx,
  request: FhirRequest,
  queue: string,
  payload: JsonObject,
): Promise<FhirResponse> {
  assertAsync(request);
  if (asyncWorks !== undefined) return asyncWorks.start(ctx, request, { queue, payload });
  throw fault('async.off', 501, 'not-supported', 'This server carries nothing out asynchronously.');
}

export function assertAsync({ headers }: FhirRequest): void {
  if (headers.prefer.respondAsync === true) return;
  const text = 'The work goes on after its request: send the header Prefer: respond-async.';
  throw fault('bulk.notAsync', 400, 'required', text, 'http.Prefer');
}
