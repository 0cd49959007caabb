import { createHmac } from 'node:crypto';
import { loadDefinitions } from '../definitions/load.ts';
import type { Engine, FhirSettings } from '../fhir/engine.ts';
import { openSearchParameters, type SearchParameters } from '../fhir/search-parameters/open-search-parameters.ts';
import { Hasher } from '../search/index/key.ts';
import { openDb } from '../storage/db.ts';
import { createPidSource } from '../storage/pids.ts';
import { readSalt } from '../storage/settings.ts';
import { compileValidator } from '../validation/compile.ts';

export interface EngineOptions {
  readonly connectionString: string;
  readonly poolSize: number;
  /** Milliseconds. */
  readonly statementTimeout: number;
  readonly poolTimeout: number;
  readonly settings: Omit<FhirSettings, 'linkKey'>;
  /** Every base URL under which clients reach this server: literal references below one of them are local. */
  readonly baseUrls: readonly string[];
  /** Whether this process builds search parameters in the background. */
  readonly runsJobs: boolean;
  /** See SearchParametersOptions.barrier; tests shorten it. */
  readonly barrier?: number;
  now(): number;
  /** Failures of background work. */
  onError(error: unknown): void;
}

export interface OpenEngine {
  readonly engine: Engine;
  readonly searchParameters: SearchParameters;
  close(): Promise<void>;
}

/** Opens a migrated database as an engine: what interactions need for as long as the process lives. */
export async function openEngine(options: EngineOptions): Promise<OpenEngine> {
  const { settings, now } = options;
  const definitions = loadDefinitions();
  const db = openDb({
    connectionString: options.connectionString,
    max: options.poolSize,
    statementTimeout: options.statementTimeout,
    poolTimeout: options.poolTimeout,
  });
  const salt = await readSalt(db);
  const hashers = new Map<number, Hasher>();
  const hasher = (tenant: number): Hasher => {
    let known = hashers.get(tenant);
    if (known === undefined) hashers.set(tenant, (known = new Hasher(salt, tenant)));
    return known;
  };
  const searchParameters = await openSearchParameters({
    db,
    definitions,
    baseUrls: options.baseUrls,
    hasher,
    now,
    runsJobs: options.runsJobs,
    onError: (error) => options.onError(error),
    ...(options.barrier === undefined ? {} : { barrier: options.barrier }),
  });
  const structural = compileValidator(definitions);
  const engine: Engine = {
    db,
    pids: createPidSource(),
    definitions,
    get registry() {
      return searchParameters.registry;
    },
    get indexer() {
      return searchParameters.indexer;
    },
    settings: { ...settings, linkKey: createHmac('sha256', salt).update('links').digest('base64') },
    hasher,
    validate: (resource) => {
      const issues = structural(resource);
      return resource.resourceType === 'SearchParameter' ? [...issues, ...searchParameters.issues(resource)] : issues;
    },
  };
  return {
    engine,
    searchParameters,
    async close() {
      await searchParameters.close();
      await db.close();
    },
  };
}
