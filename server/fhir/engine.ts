import type { Access } from '../access/access.ts';
import type { KnownRoles } from '../access/known-roles.ts';
import type { Principal } from '../access/principal.ts';
import type { Canonicals } from '../definitions/canonicals.ts';
import type { Definitions } from '../definitions/definitions.ts';
import type { Indexer } from '../search/index/indexer.ts';
import type { Hasher } from '../search/index/key.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import type { Db, Queryable } from '../storage/db.ts';
import type { PidSource } from '../storage/pids.ts';
import type { Issue } from '../kernel/fault.ts';
import type { Operation } from './operations/operation.ts';
import type { TerminologyPort } from './terminology-port.ts';
import type { TypeServer } from './type-server.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { AsyncWorks } from './async/async-works.ts';
import type { BulkFiles } from './bulk-files.ts';
import type { AuditTrail } from './audit-trail.ts';
import type { WriteHooks } from './write/write-hooks.ts';

/** Settings that interactions read; filled from boot/config. */
export interface FhirSettings {
  /** `http://localhost:8080/fhir/R4`, without a slash at the end; used where the request does not tell. */
  readonly baseUrl: string;
  readonly referentialIntegrity: boolean;
  readonly defaultCount: number;
  readonly maxCount: number;
  readonly maxBundleEntries: number;
  readonly maxIncludes: number;
  /** Key of the HMAC that signs paging links. */
  readonly linkKey: string;
  readonly version: string;
}

/** Everything an interaction needs that lives as long as the process. Built in boot/open-engine.ts. */
export interface Engine {
  /** Over all tenants: for work that belongs to none of them, and tables without tenants. Requests use {@link Ctx.db}. */
  readonly db: Db;
  /** What a tenant's requests run on; it reaches no other tenant's rows. */
  dbOf(tenant: number): Db;
  readonly pids: PidSource;
  readonly definitions: Definitions;
  /** Getter: a new registry takes the old one's place when a SearchParameter is added. */
  readonly registry: SearchRegistry;
  readonly indexer: Indexer;
  /** Getter too. */
  readonly canonicals: Canonicals;
  readonly settings: FhirSettings;
  readonly terminology: TerminologyPort;
  /** All operations, see operations/table.ts; CapabilityStatement and OpenAPI are generated from them too. */
  readonly operations: readonly Operation[];
  /** Types that are kept elsewhere than in the FHIR store. */
  readonly typeServers: ReadonlyMap<string, TypeServer>;
  /** What modules do to writes; undefined while there are no modules. */
  readonly hooks: WriteHooks | undefined;
  /** What carries requests out after they were answered; undefined without a queue of jobs. */
  readonly asyncWorks: AsyncWorks | undefined;
  /** Files that long works have written; undefined where there are none. */
  readonly bulkFiles: BulkFiles | undefined;
  /** CapabilityStatement.rest.security; undefined while sign-in is off. */
  readonly security: object | undefined;
  hasher(tenant: number): Hasher;
  /** The roles that come with the server and with the modules that the tenant has. */
  roles(tenant: number): KnownRoles;
  /** To be awaited before each request; undefined (the usual case) when registry and canonicals are fresh. */
  fresh(): Promise<void> | undefined;
  /** What a principal may do now. Rejects with 503 while policies cannot be read: never more than they allow. */
  access(principal: Principal): Access | Promise<Access>;
  /** What a write is checked for, by type as configured. Without an error the resource may be stored. With a level, no more than that. */
  validate(resource: JsonObject, level?: 'structure'): readonly Issue[] | Promise<readonly Issue[]>;
  /** Everything that can be checked, and the profiles besides those that the resource names and those configured. */
  examine(resource: JsonObject, profiles: readonly string[]): readonly Issue[] | Promise<readonly Issue[]>;
}

/** What belongs to one request. Inside a transaction Bundle `db` is the open transaction. */
export interface Ctx {
  readonly tenant: number;
  readonly requestId: string;
  /** Base URL as the client sees it. */
  readonly baseUrl: string;
  readonly db: Queryable;
  readonly inTransaction: boolean;
  /** Who asks, and what they may do. */
  readonly access: Access;
  readonly audit: AuditTrail;
  now(): number;
  newId(): string;
}
