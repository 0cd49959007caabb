import { Fault, fault } from '../../kernel/fault.ts';
import { stringifyJson, type JsonObject } from '../../kernel/json.ts';
import { answeredEntry, bundleText } from '../bundle/bundle-response.ts';
import { entryFault, parseEntries, type Entry } from '../bundle/entries.ts';
import { entryRequest } from '../bundle/entry-request.ts';
import type { Ctx, Engine } from '../engine.ts';
import { outcomeOf } from '../outcome.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import type { Route } from './transaction.ts';

/** `POST [base]` with a batch Bundle: each entry stands alone, a failed one explains itself. https://hl7.org/fhir/R4/http.html#batch */
export async function batch(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  bundle: JsonObject,
  route: Route,
): Promise<FhirResponse> {
  const entries = parseEntries(engine, ctx.baseUrl, bundle);
  const texts: string[] = [];
  for (const entry of entries) texts.push(answeredEntry(await answer(engine, ctx, request, entry, route)));
  return { status: 200, headers: {}, text: bundleText('batch-response', ctx.newId(), texts) };
}

async function answer(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  entry: Entry,
  route: Route,
): Promise<FhirResponse> {
  try {
    if (entry.path.length === 0 && entry.method === 'POST') {
      throw fault(
        'bundle.nested',
        400,
        'not-supported',
        'A batch entry may not be a batch or transaction itself.',
        'Bundle.request.url',
      );
    }
    return await route(engine, ctx, entryRequest(entry, request.headers.prefer));
  } catch (error) {
    const known = entryFault(error, entry.index);
    if (!(known instanceof Fault)) throw known;
    return { status: known.status, headers: known.headers, text: stringifyJson(outcomeOf(known.issues)) };
  }
}
