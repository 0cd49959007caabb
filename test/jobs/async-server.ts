import { setTimeout as delay } from 'node:timers/promises';
import { openAudit } from '../../server/audit/open-audit.ts';
import { openAsyncWorks, type OpenAsyncWorks } from '../../server/jobs/async/open-async-works.ts';
import type { AsyncOptions } from '../../server/jobs/async/run-work.ts';
import type { JobQueue } from '../../server/jobs/job-queue.ts';
import { openJobs } from '../../server/jobs/open-jobs.ts';
import { openFhirServer, type Body, type FhirServer, type ServerSettings } from '../flows/fhir-server.ts';

export interface AsyncServer extends FhirServer {
  readonly jobs: JobQueue;
  readonly works: OpenAsyncWorks;
  /** Kicks off; the address of the status. */
  start(method: string, path: string, body?: object, headers?: Readonly<Record<string, string>>): Promise<string>;
  /** Asks until it is done. */
  done(address: string, headers?: Readonly<Record<string, string>>): ReturnType<FhirServer['get']>;
  /** Like the end of its process, as far as work is concerned. */
  stopWork(): Promise<void>;
}

export interface AsyncServerSettings extends ServerSettings, Partial<Pick<AsyncOptions, 'recheck' | 'now'>> {
  readonly sharedDatabase?: string;
  /** Errors of background work. */
  readonly errors?: unknown[];
  /** Default: short. */
  readonly lease?: number;
}

/** A server that carries requests out asynchronously. */
export async function openAsyncServer(settings: AsyncServerSettings = {}): Promise<AsyncServer> {
  const { recheck, now, sharedDatabase, errors = [], lease = 2000, ...rest } = settings;
  const server = await openFhirServer(rest, sharedDatabase);
  const { engine } = server;
  const onError = (error: unknown): void => void errors.push(error);
  const jobs = await openJobs({ db: engine.db, lease, firstPause: 50, onError });
  const audit = openAudit({ dbOf: (tenant) => engine.dbOf(tenant), now: () => Date.now(), onError });
  const works = await openAsyncWorks({
    engine,
    jobs,
    recheck: recheck ?? ((principal) => principal),
    now: now ?? (() => Date.now()),
    onError,
    ...(settings.isAudited === true ? { openTrail: audit.openTrail } : {}),
  });
  server.opened.extend({ operations: [], asyncWorks: works });
  let isStopped = false;
  const stopWork = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    await works.close();
    await jobs.close();
  };
  return {
    ...server,
    jobs,
    works,
    stopWork,
    async start(method, path, body, headers = {}) {
      const answer = await server.send(method, path, body, { Prefer: 'respond-async', ...headers });
      const address = answer.headers.get('content-location');
      if (answer.status !== 202 || address === null) throw new Error(`${answer.status} ${answer.text}`);
      return address;
    },
    async done(address, headers = {}) {
      for (const until = performance.now() + 60_000; performance.now() < until;) {
        const answer = await server.get(address, headers);
        if (answer.status !== 202) return answer;
        await delay(50);
      }
      throw new Error('it is not done in time');
    },
    async close() {
      await stopWork();
      await server.close();
    },
  };
}

/** The one entry of a work's answer. */
export function answerIn(bundle: Body): { readonly status: string; readonly resource: Body; readonly outcome: Body } {
  const [entry] = bundle.entry as unknown as readonly { resource: Body; response: { status: string; outcome: Body } }[];
  if (entry === undefined) throw new Error('there is no entry');
  return { status: entry.response.status, resource: entry.resource, outcome: entry.response.outcome };
}
