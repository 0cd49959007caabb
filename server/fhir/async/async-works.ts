import type { JsonObject } from '../../kernel/json.ts';
import type { Ctx } from '../engine.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';

/** Work that goes on after its request was answered 202, as whoever does it sees it. */
export interface AsyncWork {
  /** Last segment of `[base]/_async/ID`. */
  readonly id: string;
  readonly tenant: number;
  /** The request that started it: whole URL with its query. */
  readonly request: string;
  /** What {@link AsyncWorks.start} was given. */
  readonly payload: JsonObject;
  /** Milliseconds. */
  readonly created: number;
  /** Undefined until {@link AsyncKind.run} has resolved. */
  readonly finished: number | undefined;
}

export interface AsyncProgress {
  readonly done: number;
  readonly total?: number;
  /** For X-Progress; at most 100 characters are shown. */
  readonly text?: string;
}

/** Work while it runs; the process that runs it may die, and then another one begins it anew. */
export interface AsyncRun {
  /** Aborted when the client cancels, when the lease is lost, and when the process shuts down. */
  readonly signal: AbortSignal;
  /** 1 for the first. */
  readonly attempt: number;
  progress(progress: AsyncProgress): Promise<void>;
}

/** A kind of long work: one queue of jobs. */
export interface AsyncKind {
  /** Name of the queue; lower case, digits and hyphens. */
  readonly queue: string;
  /** Works of the kind at once in one process. */
  readonly concurrency: number;
  /**
   * Does the work; at least once. Rejecting with a Fault below 500 ends it: the fault is what the status answers. Rejecting
   * with anything else, it is begun anew with growing pauses, at most four times.
   * @param ctx what whoever started it may do now; what it notes is recorded when the run has ended
   */
  run(ctx: Ctx, work: AsyncWork, run: AsyncRun): Promise<void>;
  /** What the status answers when the work is done. @param ctx of whoever asks, who is the one that started it */
  result(ctx: Ctx, work: AsyncWork): Promise<FhirResponse>;
  /** The client has cancelled it, or its results are past their time: nothing of it needs to be kept. May be called twice. */
  forget?(work: AsyncWork): Promise<void>;
}

export interface StartedWork {
  /** Of a kind that {@link AsyncWorks.serve} knows. */
  readonly queue: string;
  /** At most 60,000 characters of JSON. */
  readonly payload: JsonObject;
}

/**
 * The asynchronous pattern: https://hl7.org/fhir/R4/async.html
 * Status and results are there for 24 h, for whoever started the work and for nobody else.
 */
export interface AsyncWorks {
  /** To be called at start, before the first request. */
  serve(kind: AsyncKind): Promise<void>;
  /**
   * @returns 202 with Content-Location
   * @throws Fault 429 while the caller has too many works that are not done
   */
  start(ctx: Ctx, request: FhirRequest, work: StartedWork): Promise<FhirResponse>;
  /** Starts the request itself as the work: any interaction, whose answer is kept. */
  startRequest(ctx: Ctx, request: FhirRequest): Promise<FhirResponse>;
  /** 202 with X-Progress and Retry-After while it goes on; otherwise the result. @throws Fault 404 */
  status(ctx: Ctx, id: string): Promise<FhirResponse>;
  /** 202; afterwards there is nothing at the address. @throws Fault 404 */
  cancel(ctx: Ctx, id: string): Promise<FhirResponse>;
}
