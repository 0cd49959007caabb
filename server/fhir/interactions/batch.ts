import { Fault, fault } from '../../kernel/fault.ts';
import { stringifyJson, type JsonObject, type JsonValue } from '../../kernel/json.ts';
import { answeredEntry, bundleText } from '../bundle/bundle-response.ts';
import { entryFault, listEntries, parseEntry } from '../bundle/entries.ts';
import { entryRequest } from '../bundle/entry-request.ts';
import type { Ctx, Engine } from '../engine.ts';
import { outcomeOfFault } from '../outcome.ts';
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
  const texts: string[] = [];
  for (const [index, entry] of listEntries(engine, bundle).entries()) {
    texts.push(await entryText(engine, ctx, request, entry, index, route));
  }
  return { status: 200, headers: {}, text: bundleText('batch-response', ctx.newId(), texts) };
}

async function entryText(
  engine: Engine,
  ctx: Ctx,
  { headers }: FhirRequest,
  value: JsonValue,
  index: number,
  route: Route,
): Promise<string> {
  const audit = ctx.audit.part();
  try {
    const entry = parseEntry(ctx.baseUrl, value, index);
    if (entry.path.length === 0 && entry.method === 'POST') {
      const text = 'A batch entry may not be a batch or transaction itself.';
      throw fault('bundle.nested', 400, 'not-supported', text, `Bundle.entry[${index}].request.url`);
    }
    const answer = await route(engine, { ...ctx, audit }, entryRequest(entry, headers.prefer));
    audit.succeeded(answer.status);
    return answeredEntry(answer, entry.method);
  } catch (error) {
    const known = entryFault(error, index);
    if (!(known instanceof Fault)) throw known;
    audit.failed(known.status, known.message);
    return answeredEntry({
      status: known.status,
      headers: known.headers,
      text: stringifyJson(outcomeOfFault(known)),
    });
  }
}
