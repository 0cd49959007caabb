import type { AsyncRun } from '../../fhir/async/async-works.ts';
import { answeredEntry } from '../../fhir/bundle/bundle-response.ts';
import { listEntries } from '../../fhir/bundle/entries.ts';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import { idempotently } from '../../fhir/idempotency.ts';
import { batch } from '../../fhir/interactions/batch.ts';
import { locateFault } from '../../fhir/locate-issues.ts';
import { outcomeOf, outcomeOfFault } from '../../fhir/outcome.ts';
import type { FhirRequest, FhirResponse } from '../../fhir/request.ts';
import { changesState } from '../../fhir/async/respond-async.ts';
import { route } from '../../fhir/router.ts';
import { inTransaction } from '../../fhir/write/in-transaction.ts';
import { Fault } from '../../kernel/fault.ts';
import { isObject, stringifyJson, type JsonObject } from '../../kernel/json.ts';

/** Longest run of one SQL statement, ms: nobody waits at a connection for the answer. */
const STATEMENT = 600_000;

/** What came of a request. */
export interface RequestOutcome {
  /** HTTP status of the interaction. */
  readonly status: number;
  /** JSON text of an entry of a batch-response. */
  readonly entry: string;
  /** Why it was refused. */
  readonly reason?: string;
}

/**
 * Carries a request out that nobody waits for. What it writes is written once, however often it is begun anew: the answer is
 * kept under the work's id in the transaction of the write, as with Idempotency-Key; of a batch, entry by entry.
 * @throws what another attempt may get over, unless this is the last one
 */
export async function runRequest(
  engine: Engine,
  ctx: Ctx,
  id: string,
  request: FhirRequest,
  run: AsyncRun,
  isLast: boolean,
): Promise<RequestOutcome> {
  try {
    const { body } = request;
    // With X-Provenance a batch is refused, by the router.
    const isBatch =
      request.path.length === 0 && isObject(body) && body.type === 'batch' && request.headers.provenance === undefined;
    const answer = isBatch
      ? await runBatch(engine, ctx, id, request, body, run)
      : await runOne(engine, ctx, id, request, run);
    return { status: answer.status, entry: answeredEntry(answer, request.method) };
  } catch (error) {
    if (run.signal.aborted) throw error;
    if (!(error instanceof Fault)) throw error;
    if (error.status >= 500 && !isLast) throw error;
    const { status, headers, message } = error;
    const text = stringifyJson(outcomeOfFault(locateFault(error, request)));
    return { status, entry: answeredEntry({ status, headers, text }), reason: message };
  }
}

/** What a bug is answered with. */
export function failedEntry(requestId: string): string {
  const text = `The server failed; its log tells more about request ${requestId}.`;
  const outcome = outcomeOf([{ severity: 'fatal', code: 'exception', text }]);
  return answeredEntry({ status: 500, headers: {}, text: stringifyJson(outcome) });
}

async function runOne(
  engine: Engine,
  ctx: Ctx,
  id: string,
  request: FhirRequest,
  run: AsyncRun,
): Promise<FhirResponse> {
  return inTransaction(engine, ctx, async (inner) => {
    await inner.db.query({ text: `set local statement_timeout = ${STATEMENT}`, values: [] });
    const answer = changesState(engine, request)
      ? await idempotently(engine, inner, keyed(request, id), (own) => route(engine, own, request))
      : await route(engine, inner, request);
    // Before the commit: whoever cancelled it wants nothing to be written.
    run.signal.throwIfAborted();
    return answer;
  });
}

function runBatch(
  engine: Engine,
  ctx: Ctx,
  id: string,
  request: FhirRequest,
  bundle: JsonObject,
  run: AsyncRun,
): Promise<FhirResponse> {
  const total = listEntries(engine, bundle).length;
  let done = 0;
  ctx.audit.begin('batch', [], '');
  return batch(engine, ctx, request, bundle, async (_engine, own, entry) => {
    run.signal.throwIfAborted();
    await run.progress({ done, total, text: `${done} of ${total} entries` });
    done += 1;
    if (entry.method === 'GET' || entry.method === 'HEAD') return route(engine, own, entry);
    return idempotently(engine, own, keyed(entry, `${id}-${done}`), (inner) => route(engine, inner, entry));
  });
}

function keyed(request: FhirRequest, key: string): FhirRequest {
  return { ...request, headers: { ...request.headers, idempotencyKey: `async-${key}` } };
}
