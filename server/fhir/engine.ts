import type { Definitions } from '../definitions/definitions.ts';
import type { Indexer } from '../search/index/indexer.ts';
import type { Hasher } from '../search/index/key.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import type { Db, Queryable } from '../storage/db.ts';
import type { PidSource } from '../storage/pids.ts';
import type { Issue } from '../kernel/fault.ts';
import type { JsonObject } from '../kernel/json.ts';

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
  readonly db: Db;
  readonly pids: PidSource;
  readonly definitions: Definitions;
  /** Getter: a new registry takes the old one's place when a SearchParameter is added. */
  readonly registry: SearchRegistry;
  readonly indexer: Indexer;
  readonly settings: FhirSettings;
  hasher(tenant: number): Hasher;
  /** Structural validation; an empty list or warnings only = acceptable. */
  validate(resource: JsonObject): readonly Issue[];
}

/** What belongs to one request. Inside a transaction Bundle `db` is the open transaction. */
export interface Ctx {
  readonly tenant: number;
  readonly requestId: string;
  /** Base URL as the client sees it. */
  readonly baseUrl: string;
  readonly db: Queryable;
  readonly inTransaction: boolean;
  now(): number;
  newId(): string;
}
