import type { Engine } from '../fhir/engine.ts';
import { fault } from '../kernel/fault.ts';
import type { CdsContext } from '../sdk/cds-service.ts';
import type { CallRequest } from './call-request.ts';
import { checkAnswer, type CheckedAnswer } from './cards.ts';
import { completePrefetch, type FetchPrefetch } from './prefetch.ts';
import type { OfferedService } from './services.ts';

export interface ServiceCall {
  readonly offered: OfferedService;
  readonly request: CallRequest;
  /** What the service may know of the call, and read with its rights. */
  readonly context: CdsContext;
  readonly fetchPrefetch: FetchPrefetch;
  /** Milliseconds, for data and decision together. */
  readonly timeout: number;
}

/**
 * Gets a service the data that it needs, and its cards.
 * @throws Fault 400, 412 for its data, 504 when it takes too long; Error for cards that are not as they must be
 */
export async function callService(engine: Engine, call: ServiceCall): Promise<CheckedAnswer> {
  const { offered, request, context, fetchPrefetch, timeout } = call;
  const { service } = offered;
  const answer = await within(timeout, async () => {
    const prefetch = await completePrefetch(engine, offered, request, fetchPrefetch);
    const { hookInstance, context: given } = request;
    return service.run({ hook: service.hook, hookInstance, context: given, prefetch }, context);
  });
  try {
    return checkAnswer(answer);
  } catch (cause) {
    const message = `CDS service ${service.id} of module ${offered.module} answers badly: ${cause instanceof Error ? cause.message : ''}`;
    throw new Error(message, { cause });
  }
}

async function within<T>(timeout: number, work: () => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const text = `The service did not decide within ${timeout} ms; what it would say is not known.`;
      reject(fault('cds.timeout', 504, 'timeout', text));
    }, timeout).unref();
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}
