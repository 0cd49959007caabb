import { createHmac } from 'node:crypto';
import { openTerminology } from '../../terminology/open-terminology.ts';
import type { UpstreamServers } from '../../terminology/upstream/upstream-systems.ts';
import { knownRoles, type RoleContribution } from '../access/known-roles.ts';
import { createPolicies } from '../access/policies.ts';
import { loadDefinitions } from '../definitions/load.ts';
import { openCanonicals } from '../fhir/canonicals/open-canonicals.ts';
import type { Engine, FhirSettings } from '../fhir/engine.ts';
import { onChange } from '../fhir/live/changes.ts';
import { createLease } from '../fhir/live/lease.ts';
import { openUriMemory } from '../fhir/live/uri-memory.ts';
import type { Operation } from '../fhir/operations/operation.ts';
import { OPERATIONS } from '../fhir/operations/table.ts';
import type { TypeServer } from '../fhir/type-server.ts';
import type { AsyncWorks } from '../fhir/async/async-works.ts';
import type { BulkFiles } from '../fhir/bulk-files.ts';
import type { WriteHooks } from '../fhir/write/write-hooks.ts';
import { openTenants } from '../fhir/tenants/open-tenants.ts';
import { openSearchParameters, type SearchParameters } from '../fhir/search-parameters/open-search-parameters.ts';
import type { Protection } from '../protection/open-protection.ts';
import { Hasher } from '../search/index/key.ts';
import { openDb } from '../storage/db.ts';
import { createPidSource } from '../storage/pids.ts';
import { readSalt } from '../storage/settings.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { Issue } from '../kernel/fault.ts';
import { openValidation } from './open-validation.ts';
import { openProtectedDatabases, type ProtectionSettings } from './protected-databases.ts';
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
  /** How elements are encrypted. Default: not at all. */
  readonly protection?: ProtectionSettings;
  /** Types that are kept elsewhere than in the FHIR store. Default: none. */
  readonly typeServers?: readonly TypeServer[];
  /** Whether this process builds search parameters in the background. */
  readonly runsJobs: boolean;
  /** See SearchParametersOptions.barrier; tests shorten it. */
  readonly barrier?: number;
  now(): number;
  /** Failures of background work. */
  onError(error: unknown): void;
}

export interface EngineExtension {
  readonly operations: readonly Operation[];
  /** See Engine.hooks. */
  readonly hooks?: WriteHooks;
  /** See Engine.asyncWorks. */
  readonly asyncWorks?: AsyncWorks;
  /** See Engine.bulkFiles. */
  readonly bulkFiles?: BulkFiles;
  /** See Engine.security. */
  readonly security?: object | undefined;
  /** Roles that modules bring to a tenant; the same list as long as they stay the same. */
  contributedRoles?(tenant: number): readonly RoleContribution[];
  /** What else must be as new as requests may expect, see Engine.fresh. */
  fresh?(): Promise<void> | undefined;
}

export interface OpenEngine {
  readonly engine: Engine;
  readonly protection: Protection | undefined;
  readonly searchParameters: SearchParameters;
  /** Adds what stands on the engine itself; before the first request. */
  extend(further: EngineExtension): void;
  close(): Promise<void>;
}

/** Most codes of an expansion that is not asked for in pages. */
const TERMINOLOGY_CONNECTIONS = 2;
const EXPANSION_LIMIT = 10_000;
const NO_ROLES: readonly RoleContribution[] = [];

/** Opens a migrated database as an engine: what interactions need for as long as the process lives. */
export async function openEngine(options: EngineOptions): Promise<OpenEngine> {
  const { settings, now } = options;
  const definitions = loadDefinitions();
  const { connectionString, statementTimeout, poolTimeout } = options;
  const connection = { connectionString, statementTimeout, poolTimeout };
  const { onError } = options;
  const databases = await openProtectedDatabases(
    { ...connection, max: options.poolSize },
    definitions,
    options.protection,
    { now, onError: (error) => onError(error) },
  );
  const { protection } = databases;
  const db = databases.installation;
  const salt = await readSalt(db);
  const hashers = new Map<number, Hasher>();
  const hasher = (tenant: number): Hasher => {
    let known = hashers.get(tenant);
    if (known === undefined) hashers.set(tenant, (known = new Hasher(salt, tenant, protection?.codesOf(tenant))));
    return known;
  };
  const tenants = await openTenants({ db, now, onError: (error) => options.onError(error) });
  const live = await openCanonicals({ db, definitions, now, onError: (error) => options.onError(error) });
  const searchParameters = await openSearchParameters({
    db,
    definitions,
    baseUrls: options.baseUrls,
    hasher,
    now,
    runsJobs: options.runsJobs,
    onError: (error) => options.onError(error),
    ...(protection === undefined ? {} : { forms: protection.forms }),
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
  const policies = createPolicies({
    definitions,
    registry: () => searchParameters.registry,
    indexer: () => searchParameters.indexer,
    hasher,
    db,
    dbOf: (tenant) => databases.of(tenant),
    baseUrls: options.baseUrls,
    consentOf: (tenant) => tenants.open(tenant).consent,
    contributedRoles: (tenant) => contributedRoles(tenant),
    now,
    onAlarm: ({ tenant, role, problems }) =>
      onError(new Error(`role ${role} of tenant ${tenant} cannot be read: ${problems.join('; ')}`)),
  });
  const uriMemory = await openUriMemory({ db, now, onError: (error) => onError(error) });
  const policiesLease = createLease({ now, onError: (error) => onError(error), check: () => policies.check() });
  onChange(db, 'policies', () => policiesLease.expire());
  let operations: readonly Operation[] = OPERATIONS;
  let security: object | undefined;
  let hooks: WriteHooks | undefined;
  let asyncWorks: AsyncWorks | undefined;
  let bulkFiles: BulkFiles | undefined;
  let contributedRoles: (tenant: number) => readonly RoleContribution[] = () => NO_ROLES;
  const fresher: { fresh(): Promise<void> | undefined }[] = [searchParameters, live, tenants, databases, uriMemory];
  type Found = readonly Issue[] | Promise<readonly Issue[]>;
  const withOwnIssues = (resource: JsonObject, found: Found): Found => {
    if (resource.resourceType !== 'SearchParameter') return found;
    const own = searchParameters.issues(resource);
    return found instanceof Promise ? found.then((issues) => [...issues, ...own]) : [...found, ...own];
  };
  const engine: Engine = {
    db,
    dbOf: (tenant) => databases.of(tenant),
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
    get operations() {
      return operations;
    },
    typeServers: new Map((options.typeServers ?? []).map((server) => [server.type, server])),
    get hooks() {
      return hooks;
    },
    get asyncWorks() {
      return asyncWorks;
    },
    get bulkFiles() {
      return bulkFiles;
    },
    get security() {
      return security;
    },
    hasher,
    access(principal) {
      tenants.open(principal.tenant);
      return policies.access(principal);
    },
    fresh() {
      const waits = [policiesLease, ...fresher].map((each) => each.fresh()).filter((wait) => wait !== undefined);
      return waits.length === 0 ? undefined : Promise.all(waits).then(() => undefined);
    },
    roles: (tenant) => knownRoles(contributedRoles(tenant), engine),
    validate: (resource, level) => withOwnIssues(resource, validation.validate(resource, level)),
    examine: (resource, profiles) => withOwnIssues(resource, validation.examine(resource, profiles)),
  };
  return {
    engine,
    protection,
    searchParameters,
    extend(further) {
      operations = [...operations, ...further.operations];
      security = further.security ?? security;
      hooks = further.hooks ?? hooks;
      asyncWorks = further.asyncWorks ?? asyncWorks;
      bulkFiles = further.bulkFiles ?? bulkFiles;
      if (further.contributedRoles !== undefined) ({ contributedRoles } = further);
      if (further.fresh !== undefined) fresher.push({ fresh: further.fresh });
    },
    async close() {
      await policiesLease.close();
      await uriMemory.close();
      await searchParameters.close();
      await live.close();
      await tenants.close();
      await terminologyDb.close();
      await databases.close();
    },
  };
}
