import type { Definitions, SearchParameterDef } from '../../definitions/definitions.ts';
import { compilePath } from '../../fhirpath/compile.ts';
import type { Issue } from '../../kernel/fault.ts';
import { textOf } from '../../search/index/values.ts';
import { createIndexer, type IndexedForms } from '../../search/index/create-indexer.ts';
import type { Indexer } from '../../search/index/indexer.ts';
import type { Hasher } from '../../search/index/key.ts';
import { createRegistry, slotIdsOf, type IndexedRegistry } from '../../search/registry.ts';
import { customDefinition, customParameterIssues } from '../../search/registry/custom-parameter.ts';
import { simplePath } from '../../search/registry/member.ts';
import { ancestry } from '../../search/registry/type-plan.ts';
import { membersFor } from '../../search/registry/union.ts';
import type { JsonObject } from '../../kernel/json.ts';
import type { Db } from '../../storage/db.ts';
import { readJobs, type ReindexJob } from '../../storage/reindex.ts';
import { liveVersion } from '../../storage/live-version.ts';
import { readSlots } from '../../storage/search-slots.ts';
import { onChange } from '../live/changes.ts';
import { createLease } from '../live/lease.ts';
import type { StoredParameter } from './load-parameters.ts';
import { reconcileSlots } from './reconcile.ts';
import { removeAbandoned, runOneJob, type JobRunner } from './run-jobs.ts';

/** How often background work looks for a job, at most; ms. */
const POLL = 1000;
/** Jobs start that much later than the change, when every process has noticed it; ms. */
const BARRIER = 5000;
const RETRY = 5000;

export interface SearchParametersOptions {
  readonly db: Db;
  readonly definitions: Definitions;
  /** Own absolute base URLs without a slash at the end. */
  readonly baseUrls: readonly string[];
  hasher(tenant: number): Hasher;
  /** See IndexerOptions. */
  readonly forms?: IndexedForms;
  now(): number;
  /** Whether this process builds slots in the background. */
  readonly runsJobs: boolean;
  /** Default 5,000 ms; tests shorten it. */
  readonly barrier?: number;
  onError(error: unknown): void;
}

/** The search parameters of a process: those of R4 and the stored ones, replaced while it runs. */
export interface SearchParameters {
  readonly registry: IndexedRegistry;
  readonly indexer: Indexer;
  /** To be awaited before each request; undefined (the usual case) when what is loaded is fresh. */
  fresh(): Promise<void> | undefined;
  /** Why an active SearchParameter cannot run; part of validating one. */
  issues(resource: JsonObject): readonly Issue[];
  /** Stops background work and waits for its current batch. */
  close(): Promise<void>;
}

interface Loaded {
  readonly version: number;
  readonly custom: readonly StoredParameter[];
  readonly registry: IndexedRegistry;
  readonly indexer: Indexer;
  readonly hasWork: boolean;
}

/** Loads the parameters, numbers slots that have none (first start, newer server), and resumes jobs. */
export async function openSearchParameters(options: SearchParametersOptions): Promise<SearchParameters> {
  const { db, definitions, now } = options;
  let jobs: readonly ReindexJob[] = [];
  let loaded = await load();
  let working: Promise<void> | undefined;
  let isStopped = false;
  const timers = new Set<() => void>();

  function progress(type: string): number | undefined {
    const own = jobs.filter((job) => job.type === type);
    const total = own.reduce((sum, job) => sum + job.total, 0);
    const done = own.reduce((sum, job) => sum + job.done, 0);
    return total === 0 ? undefined : Math.min(99, Math.floor((done * 100) / total));
  }

  async function load(): Promise<Loaded> {
    // Read before the rest: what changes in between is noticed by the next check.
    const version = await liveVersion(db, 'search_parameters');
    const notBefore = now() + (options.barrier ?? BARRIER);
    const custom = await db.transaction((tx) => reconcileSlots(tx, definitions, notBefore));
    const wanted = custom.map((stored) => stored.definition);
    const slots = await readSlots(db);
    jobs = await readJobs(db);
    const ids = slotIdsOf(slots.map((slot) => ({ ...slot, isBuilding: slot.state !== 'ready' })));
    const registry = createRegistry(definitions, ids, wanted, progress);
    const indexer = createIndexer(definitions, registry, {
      baseUrls: options.baseUrls,
      ...(options.forms === undefined ? {} : { forms: options.forms }),
    });
    const hasWork = jobs.length > 0 || slots.some((slot) => slot.state === 'removing');
    return { version, custom, registry, indexer, hasWork };
  }

  async function check(): Promise<void> {
    if ((await liveVersion(db, 'search_parameters')) !== loaded.version) loaded = await load();
    else if (loaded.hasWork) jobs = await readJobs(db);
    work();
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        timers.delete(done);
        resolve();
      };
      // Background work must not keep a process alive that has nothing else to do.
      const timer = setTimeout(done, ms).unref();
      timers.add(done);
    });
  }

  const runner: JobRunner = {
    db,
    definitions,
    get indexer() {
      return loaded.indexer;
    },
    hasher: (tenant) => options.hasher(tenant),
    now,
    pause,
    isStopped: () => isStopped,
  };

  function work(): void {
    if (!options.runsJobs || isStopped || working !== undefined || !loaded.hasWork) return;
    working = workLoop().finally(() => (working = undefined));
  }

  async function workLoop(): Promise<void> {
    await pause(options.barrier ?? BARRIER);
    while (!isStopped && loaded.hasWork) {
      try {
        await removeAbandoned(runner);
        if (!(await runOneJob(runner))) await pause(Math.min(POLL, options.barrier ?? POLL));
        if ((await liveVersion(db, 'search_parameters')) !== loaded.version) loaded = await load();
      } catch (error) {
        options.onError(error);
        await pause(RETRY);
      }
    }
  }

  const lease = createLease({ now, check, onError: (error) => options.onError(error) });
  onChange(db, 'search_parameters', () => lease.expire());
  work();

  return {
    get registry() {
      return loaded.registry;
    },
    get indexer() {
      return loaded.indexer;
    },
    fresh: () => lease.fresh(),
    issues: (resource) => parameterIssues(definitions, loaded, resource),
    async close() {
      isStopped = true;
      for (const done of [...timers]) done();
      await working;
      await lease.close();
    },
  };
}

/** Versions may stand beside each other, and packages may repeat what others say. */
function contradicts(resource: JsonObject, twin: StoredParameter): boolean {
  const definition = customDefinition(resource);
  if (definition === undefined || (textOf(resource, 'version') ?? '') !== twin.version) return false;
  return JSON.stringify(definition) !== JSON.stringify(twin.definition);
}

function parameterIssues(definitions: Definitions, loaded: Loaded, resource: JsonObject): readonly Issue[] {
  if (resource.resourceType !== 'SearchParameter') return [];
  const url = textOf(resource, 'url');
  const twin = loaded.custom.find((stored) => stored.definition.url === url && stored.id !== resource.id);
  if (twin !== undefined && contradicts(resource, twin)) {
    const text = `SearchParameter/${twin.id} is active under the same url and version. Update that one, or choose another version or url.`;
    return [{ severity: 'error', code: 'duplicate', text, expression: ['SearchParameter.url'] }];
  }
  const others: SearchParameterDef[] = loaded.custom.map((s) => s.definition).filter((other) => other.url !== url);
  return customParameterIssues(definitions, loaded.registry, others, resource, (expression, type) => {
    const types = ancestry(definitions, type);
    for (const member of membersFor(expression, types)) {
      if (simplePath(member, types) === undefined) compilePath(member, type, definitions);
    }
  });
}
