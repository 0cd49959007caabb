import type { JsonObject } from '../../kernel/json.ts';
import { bundleText, answeredEntry, writtenEntry } from '../bundle/bundle-response.ts';
import { entryFault, listEntries, parseEntry, refuseDuplicates, type Entry } from '../bundle/entries.ts';
import { entryRequest } from '../bundle/entry-request.ts';
import { execute, type Done } from '../bundle/execute.ts';
import { isConditionalWrite, isPlainCreate, resolveEntries } from '../bundle/resolve.ts';
import type { Ctx, Engine } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { inTransaction } from '../write/in-transaction.ts';
import { needsTransaction } from '../write/follow-writes.ts';

/** Runs any interaction; the router, handed in so that Bundles and the router do not import each other. */
export type Route = (engine: Engine, ctx: Ctx, request: FhirRequest) => Promise<FhirResponse>;

/** `POST [base]` with a transaction Bundle: all entries or none. https://hl7.org/fhir/R4/http.html#transaction */
export async function transaction(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  bundle: JsonObject,
  route: Route,
): Promise<FhirResponse> {
  const entries = listEntries(engine, bundle).map((entry, index) => parseEntry(ctx.baseUrl, entry, index));
  refuseDuplicates(entries);
  const run = async (inner: Ctx): Promise<FhirResponse> => {
    const plan = await resolveEntries(engine, inner, entries);
    const done = await execute(engine, inner, plan);
    return respond(engine, inner, request, entries, done, route);
  };
  // Nothing but creations is one statement, atomic by itself; literal conditional references are guarded by its key locks.
  const single = entries.every(
    (entry) =>
      isPlainCreate(engine, entry) &&
      !isConditionalWrite(engine, entry) &&
      !needsTransaction(engine, ctx.tenant, entry.path[0] ?? ''),
  );
  return single ? run(ctx) : inTransaction(engine, ctx, run);
}

async function respond(
  engine: Engine,
  ctx: Ctx,
  request: FhirRequest,
  entries: readonly Entry[],
  done: ReadonlyMap<number, Done>,
  route: Route,
): Promise<FhirResponse> {
  const texts: string[] = [];
  for (const entry of entries) {
    const result = done.get(entry.index);
    if (result !== undefined && result.kind !== 'other') {
      texts.push(await writtenEntry(engine, ctx, result, request.headers.prefer));
      continue;
    }
    try {
      texts.push(answeredEntry(await route(engine, ctx, entryRequest(entry, request.headers.prefer)), entry.method));
    } catch (error) {
      throw entryFault(error, entry.index);
    }
  }
  return { status: 200, headers: {}, text: bundleText('transaction-response', ctx.newId(), texts) };
}
