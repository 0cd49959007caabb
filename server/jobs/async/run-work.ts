import type { Access } from '../../access/access.ts';
import type { Principal } from '../../access/principal.ts';
import type { AsyncRun, AsyncWork } from '../../fhir/async/async-works.ts';
import { NO_TRAIL, type RequestTrail } from '../../fhir/audit-trail.ts';
import type { Ctx, Engine } from '../../fhir/engine.ts';
import { requestContext } from '../../fhir/request-context.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { parseJson, type JsonObject } from '../../kernel/json.ts';
import type { JobQueue, JobRun } from '../job-queue.ts';
import { finishWork, readState, readWork, type Work } from './async-table.ts';

export interface AsyncOptions {
  readonly engine: Engine;
  readonly jobs: JobQueue;
  /**
   * Who started a work, as they are now, with the roles that they have now. Undefined: they may not act any more (account,
   * client or key is gone, disabled, or not of the tenant any more).
   * @param since when they started it, ms
   */
  recheck(principal: Principal, since: number): Principal | undefined | Promise<Principal | undefined>;
  /** Undefined while audit is off. */
  readonly openTrail?: (request: {
    readonly principal: Principal;
    readonly requestId: string;
    readonly ip: string;
    readonly baseUrl: string;
  }) => RequestTrail;
  now(): number;
  onError(error: unknown): void;
}

/** What came of a work. */
export interface Outcome {
  /** HTTP status. */
  readonly status: number;
  /** JSON text that is kept; undefined where the kind answers. */
  readonly answer?: string;
  /** Why it was refused, for the audit trail. */
  readonly reason?: string;
}

/** How works of a kind are carried out. */
export interface Performer {
  perform(ctx: Ctx, work: Work, run: AsyncRun): Promise<Outcome>;
  /** A refusal as it is kept. */
  refusal(refused: Fault): string;
  forget(work: Work): Promise<void>;
}

/** As its kind sees it. */
export function shownWork({ id, tenant, asked, payload = '{}', created, finished }: Work): AsyncWork {
  const content = parseJson(payload) as JsonObject;
  return { id, tenant, request: asked.url, payload: content, created, finished: finished ?? undefined };
}

/** One attempt at a work; keeps what came of it. Rejects where another attempt is to be made. */
export async function runWork(
  options: AsyncOptions,
  { perform, refusal, forget }: Performer,
  { job, signal, progress }: JobRun,
): Promise<void> {
  const { tenant, id, attempt } = job;
  const db = options.engine.dbOf(tenant);
  const work = await readWork(db, tenant, id);
  if (work?.finished !== null) return;
  let outcome: Outcome;
  try {
    outcome = await recorded(options, work, (ctx) => perform(ctx, work, { signal, attempt, progress }));
  } catch (error) {
    if (signal.aborted) {
      // Whoever cancelled it could not forget what was made since.
      if ((await readState(db, tenant, id)) === undefined) await forget(work);
      throw error;
    }
    if (!(error instanceof Fault) || error.status >= 500) throw error;
    outcome = { status: error.status, answer: refusal(error) };
  }
  if (!(await finishWork(db, work, outcome.status, outcome.answer, options.now()))) await forget(work);
}

/** With the rights that whoever started it has now; what is done is on record before it counts. */
async function recorded(options: AsyncOptions, work: Work, perform: (ctx: Ctx) => Promise<Outcome>): Promise<Outcome> {
  const { engine, openTrail, now } = options;
  const { baseUrl, requestId, interaction, path, query } = work.asked;
  const access = await accessNow(options, work);
  // With what is open to them in an emergency by now.
  const { principal } = access ?? work;
  const audit = openTrail?.({ principal, requestId, ip: '', baseUrl }) ?? NO_TRAIL;
  audit.begin(interaction, path, query);
  let outcome: Outcome;
  try {
    if (access === undefined) throw refused();
    outcome = await perform({ ...requestContext(engine, { requestId, baseUrl, access, audit }), now });
  } catch (error) {
    const [status, reason] = error instanceof Fault ? [error.status, error.message] : [500, 'exception'];
    audit.failed(status, reason);
    await audit.settle();
    throw error;
  }
  if (outcome.reason === undefined) audit.succeeded(outcome.status);
  else audit.failed(outcome.status, outcome.reason);
  await audit.settle();
  return outcome;
}

/** Undefined: whoever started it may not act any more. */
async function accessNow({ engine, recheck }: AsyncOptions, { principal, created }: Work): Promise<Access | undefined> {
  const current = await recheck(principal, created);
  if (current === undefined) return undefined;
  const fresh = engine.fresh();
  if (fresh !== undefined) await fresh;
  return engine.access(current);
}

function refused(): Error {
  const text = 'Whoever started this work may not act here any more.';
  return fault('async.refused', 403, 'forbidden', text);
}
