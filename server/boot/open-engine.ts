import { createHmac } from 'node:crypto';
import { openTerminology } from '../../terminology/open-terminology.ts';
import type { UpstreamServers } from '../../terminology/upstream/upstream-systems.ts';
import { unrestricted } from '../access/access.ts';
import { loadDefinitions } from '../definitions/load.ts';
import { openCanonicals } from '../fhir/canonicals/open-canonicals.ts';
import type { Engine, FhirSettings } from '../fhir/engine.ts';
import { openSearchParameters, type SearchParameters } from '../fhir/search-parameters/open-search-parameters.ts';
import { Hasher } from '../search/index/key.ts';
import { openDb } from '../storage/db.ts';
import { createPidSource } from '../storage/pids.ts';
import { readSalt } from '../storage/settings.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Issue } from '../kernel/fault.ts';
import { openValidation } from './open-validation.ts';
import type { ValidationLevels } from './validation-settings.ts';

export interface EngineOptions {
  readonly connectionString: string;
  readonly poolSize: number;
  /** Milliseconds. */
  readonly statementTimeout: number;
  readonly poolTimeout: number;
  readonly settings: Omit<FhirSettings, 'linkKey'>;
  /** Every base URL under which clients reach this server: literal references below one of them are local. */
  readonly baseUrls: readonly string[];
  readonly validation: ValidationLevels;
  /** Profiles that every resource of a type must meet. */
  readonly profiles: ReadonlyMap<string, readonly string[]>;
  /** Servers that are asked about code systems. Default: none. */
  readonly upstream?: UpstreamServers;
  /** See ValidateOptions. Default: no. */
  readonly refuseWrongDisplays?: boolean;
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

/** Most codes of an expansion that is not asked for in pages. */
const TERMINOLOGY_CONNECTIONS = 2;
const EXPANSION_LIMIT = 10_000;

/** Opens a migrated database as an engine: what interactions need for as long as the process lives. */
export async function openEngine(options: EngineOptions): Promise<OpenEngine> {
  const { settings, now } = options;
  const definitions = loadDefinitions();
  const { connectionString, statementTimeout, poolTimeout } = options;
  const connection = { connectionString, statementTimeout, poolTimeout };
  const db = openDb({ ...connection, max: options.poolSize });
  const salt = await readSalt(db);
  const hashers = new Map<number, Hasher>();
  const hasher = (tenant: number): Hasher => {
    let known = hashers.get(tenant);
    if (known === undefined) hashers.set(tenant, (known = new Hasher(salt, tenant)));
    return known;
  };
  const live = await openCanonicals({ db, definitions, now, onError: (error) => options.onError(error) });
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
  // Of its own: a transaction that waits for an answer about codes holds a connection of the other pool meanwhile.
  const terminologyDb = openDb({ ...connection, max: TERMINOLOGY_CONNECTIONS });
  const terminology = openTerminology({
    db: terminologyDb,
    canonicals: () => live.canonicals,
    upstream: options.upstream ?? new Map(),
    expansionLimit: EXPANSION_LIMIT,
    now,
  });
  const validation = openValidation({
    definitions,
    codes: terminology.codes,
    levels: options.validation,
    profiles: options.profiles,
    refuseWrongDisplays: options.refuseWrongDisplays === true,
    canonicals: () => live.canonicals,
  });
  type Found = readonly Issue[] | Promise<readonly Issue[]>;
  const withOwnIssues = (resource: JsonObject, found: Found): Found => {
    if (resource.resourceType !== 'SearchParameter') return found;
    const own = searchParameters.issues(resource);
    return found instanceof Promise ? found.then((issues) => [...issues, ...own]) : [...found, ...own];
  };
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
    get canonicals() {
      return live.canonicals;
    },
    settings: { ...settings, linkKey: createHmac('sha256', salt).update('links').digest('base64') },
    terminology: terminology.port,
    hasher,
    access: ({ tenant }) => unrestricted(tenant),
    fresh() {
      const waits = [searchParameters.fresh(), live.fresh()].filter((wait) => wait !== undefined);
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    },
    validate: (resource, level) => withOwnIssues(resource, validation.validate(resource, level)),
    examine: (resource, profiles) => withOwnIssues(resource, validation.examine(resource, profiles)),
  };
  return {
    engine,
    searchParameters,
    async close() {
      await searchParameters.close();
      await live.close();
      await terminologyDb.close();
      await db.close();
    },
  };
}
