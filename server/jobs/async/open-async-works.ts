import type { AsyncKind, AsyncWorks } from '../../fhir/async/async-works.ts';
import { answeredEntry } from '../../fhir/bundle/bundle-response.ts';
import type { Ctx } from '../../fhir/engine.ts';
import { outcomeOfFault } from '../../fhir/outcome.ts';
import type { FhirRequest, FhirResponse } from '../../fhir/request.ts';
import { findRoute } from '../../fhir/router.ts';
import { inTransaction } from '../../fhir/write/in-transaction.ts';
import { every } from '../../kernel/every.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { stringifyJson } from '../../kernel/json.ts';
import { ATTEMPTS } from '../job-queue.ts';
import {
  type WorkState,
  countOpenWorks,
  dropWorks,
  insertWork,
  lockOwner,
  readAnswer,
  readState,
  readWork,
} from './async-table.ts';
import { keepRequest, keptRequest } from './kept-request.ts';
import { keptPrincipal, ownerOf } from './owner.ts';
import { failedEntry, runRequest } from './run-request.ts';
import { runWork, shownWork, type AsyncOptions, type Performer } from './run-work.ts';
import { tidyWorks } from './tidy-works.ts';
import { answerOfRequest, goingOn, KEEP, notDone, unknownWork, withExpiry } from './work-answer.ts';

export interface OpenAsyncWorks extends AsyncWorks {
  /** Ends what is under way of the tidying up; the queue is closed by whoever opened it. */
  close(): Promise<void>;
}

/** The queue of whole requests, and how many of them run at once in one process. */
const REQUESTS = 'async-request';
const REQUESTS_AT_ONCE = 2;
/** Works of one owner that are not done. */
const MOST_OPEN = 20;
const MOST_PAYLOAD = 60_000;
const HOUR = 3_600_000;

/** The asynchronous pattern over a queue of jobs. */
export async function openAsyncWorks(options: AsyncOptions): Promise<OpenAsyncWorks> {
  const { engine, jobs, now, onError } = options;
  const kinds = new Map<string, AsyncKind>();

  const requests: Performer = {
    async perform(ctx, { id, asked, payload = '' }, run) {
      try {
        const isLast = run.attempt >= ATTEMPTS;
        const { entry, ...outcome } = await runRequest(engine, ctx, id, keptRequest(payload), run, isLast);
        return { ...outcome, answer: entry };
      } catch (error) {
        if (error instanceof Fault || run.signal.aborted) throw error;
        onError(error);
        return { status: 500, answer: failedEntry(asked.requestId), reason: 'exception' };
      }
    },
    refusal: (refused) => answeredEntry({ status: refused.status, headers: {}, text: outcomeText(refused) }),
    forget: () => Promise.resolve(),
  };

  function performerOf(kind: AsyncKind): Performer {
    return {
      async perform(ctx, work, run) {
        await kind.run(ctx, shownWork(work), run);
        return { status: 200 };
      },
      refusal: outcomeText,
      forget: async (work) => kind.forget?.(shownWork(work)),
    };
  }

  async function start(ctx: Ctx, request: FhirRequest, queue: string, payload: string): Promise<FhirResponse> {
    const { tenant, requestId, baseUrl } = ctx;
    const { principal } = ctx.access;
    const { method, path, query } = request;
    const owner = ownerOf(principal);
    const { interaction } = findRoute(engine, method, path);
    const asked = { baseUrl, url: urlOf(baseUrl, request), requestId, interaction, path, query };
    const id = await inTransaction(engine, ctx, async ({ db }) => {
      await lockOwner(db, owner);
      if ((await countOpenWorks(db, tenant, owner)) >= MOST_OPEN) throw tooMany();
      const job = await jobs.add({ queue, tenant, payload: {}, attempts: ATTEMPTS }, db);
      const work = { tenant, id: job, queue, owner, principal: keptPrincipal(principal), asked, payload };
      await insertWork(db, { ...work, created: ctx.now() });
      return job;
    });
    return { status: 202, headers: { 'Content-Location': `${baseUrl}/_async/${id}` } };
  }

  async function ownWork({ db, tenant, access }: Ctx, id: string): Promise<WorkState> {
    const state = UUID.test(id) ? await readState(db, tenant, id) : undefined;
    if (state?.owner !== ownerOf(access.principal)) throw unknownWork();
    if (state.finished !== null && state.finished + KEEP <= now()) throw unknownWork();
    return state;
  }

  async function answerOf(ctx: Ctx, state: WorkState): Promise<FhirResponse> {
    const answer = await readAnswer(ctx.db, state);
    if (state.queue === REQUESTS) return answerOfRequest(state, answer ?? '');
    if (answer !== undefined) return { status: state.status ?? 200, headers: {}, text: answer };
    const kind = kinds.get(state.queue);
    const work = await readWork(ctx.db, ctx.tenant, state.id);
    if (kind === undefined || work === undefined) throw unknownWork();
    return kind.result(ctx, shownWork(work));
  }

  function tidy(): Promise<void> {
    return tidyWorks(engine.db, new Map([[REQUESTS, undefined], ...kinds]), now() - KEEP, onError);
  }

  await jobs.work(REQUESTS, (run) => runWork(options, requests, run), { concurrency: REQUESTS_AT_ONCE });
  const tidying = every(HOUR, tidy, onError);

  return {
    async serve(kind) {
      const { queue, concurrency } = kind;
      if (kinds.has(queue) || queue === REQUESTS) throw new Error(`The queue ${queue} is served twice.`);
      kinds.set(queue, kind);
      await jobs.work(queue, (run) => runWork(options, performerOf(kind), run), { concurrency });
    },
    start(ctx, request, { queue, payload }) {
      if (!kinds.has(queue)) throw new Error(`Nobody serves the queue ${queue}.`);
      const text = stringifyJson(payload);
      if (text.length > MOST_PAYLOAD) throw tooLarge();
      return start(ctx, request, queue, text);
    },
    startRequest: (ctx, request) => start(ctx, request, REQUESTS, keepRequest(request)),
    async status(ctx, id) {
      let state = await ownWork(ctx, id);
      if (state.finished === null) {
        const job = await jobs.get(id);
        if (job === undefined) throw unknownWork();
        if (job.state === 'waiting' || job.state === 'active') return goingOn(job, now());
        // It may have been finished since the first look.
        state = await ownWork(ctx, id);
        if (state.finished === null) throw notDone(job);
      }
      return withExpiry(await answerOf(ctx, state), state.finished);
    },
    async cancel(ctx, id) {
      const { queue } = await ownWork(ctx, id);
      await jobs.cancel(id);
      const kind = kinds.get(queue);
      const work = kind === undefined ? undefined : await readWork(ctx.db, ctx.tenant, id);
      if (work !== undefined) await kind?.forget?.(shownWork(work));
      await dropWorks(ctx.db, ctx.tenant, [id]);
      return { status: 202, headers: {} };
    },
    close: () => tidying.stop(),
  };
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function urlOf(baseUrl: string, { path, query }: FhirRequest): string {
  const address = [baseUrl, ...path.map((segment) => encodeURIComponent(segment).replaceAll('%24', '$'))].join('/');
  return query === '' ? address : `${address}?${query}`;
}

function outcomeText(refused: Fault): string {
  return stringifyJson(outcomeOfFault(refused));
}

function tooMany(): Error {
  const text = `You have ${MOST_OPEN} works that are not done; wait for them, or cancel some with DELETE at their addresses.`;
  return fault('async.tooMany', 429, 'throttled', text, undefined, { headers: { 'Retry-After': '30' } });
}

function tooLarge(): Error {
  return fault('async.tooLarge', 413, 'too-costly', 'The request has too many parameters; ask for less at once.');
}
