import type { EvaluateFhirPath } from './fhirpath.ts';
import type { ProjectionTables } from './projection.ts';
import type { AnyResource, ResourceOf, Stored, TypeName } from './resource.ts';

/** Who acts, as code of a module may know it. */
export interface Actor {
  /** `user`: a person; `client`: a system; `server`: the server's own work (bots of modules, jobs, import). */
  readonly kind: 'user' | 'client' | 'server';
  /** `Practitioner/1`, `Patient/2`, …; undefined for the server and for systems that are no Device. */
  readonly reference: string | undefined;
  readonly roles: readonly string[];
}

export interface Signed {
  /** SHA-256 of the public key, its first 16 hexadecimal digits. */
  readonly keyId: string;
  /** PEM. */
  readonly publicKey: string;
  /** base64 */
  readonly value: string;
}

/** What every piece of a module's code gets. Time and ids come from here, so that tests can set them. */
export interface ModuleContext {
  readonly tenant: number;
  readonly requestId: string;
  readonly actor: Actor;
  /**
   * For acts that an unattended, signed-in device must not be enough for; the server's own work passes, systems do not.
   * @throws Fault 403 unless the actor gave a second factor in the last minutes
   */
  requireSecondFactor(): void;
  /** Of the FHIR interface, without a slash at the end. */
  readonly baseUrl: string;
  readonly fhirPath: EvaluateFhirPath;
  /** The server's signature (Ed25519, RFC 8032) over a text; only its own code can make one. */
  sign(text: string): Signed;
  /** Whether a signature is the server's own over that text. @param value base64 */
  isSigned(text: string, value: string): boolean;
  now(): Date;
  newId(): string;
  /** Value of one of the module's settings, checked at start. @throws Error for one that the manifest does not name */
  setting(name: string): string;
  log(level: 'info' | 'warn' | 'error', text: string): void;
}

/** Reads of resources that the actor may see; what they may not see does not exist. */
export interface ClinicReader {
  /** Undefined when there is none, or none that may be seen. */
  read<T extends TypeName>(type: T, id: string): Promise<Stored<T> | undefined>;
  /** What a literal reference of this server points to; undefined when there is none of the type. */
  resolve<T extends TypeName>(
    reference: { readonly reference?: string | undefined } | undefined,
    type: T,
  ): Promise<Stored<T> | undefined>;
  /**
   * All matches, in the order of the search.
   * @param query `patient=Patient/1&status=active`; unknown parameters are refused
   * @param limit default 1000; a search that finds more is refused, never cut
   */
  search<T extends TypeName>(type: T, query: string, limit?: number): Promise<readonly Stored<T>[]>;
  count(type: TypeName, query: string): Promise<number>;
}

/** Reads and writes by the same interactions that clients use: validated, ruled, projected, recorded. */
export interface Clinic extends ClinicReader {
  create<T extends TypeName>(resource: ResourceOf<T>): Promise<Stored<T>>;
  /**
   * Creates the resource unless one with this identifier is there; safe to repeat, also at once.
   * @param key unique among what this code makes, such as `reminder|Appointment/1|2`; stored as an identifier
   */
  createOnce<T extends TypeName>(key: string, resource: ResourceOf<T>): Promise<Stored<T>>;
  /** @param resource with its id; where it has a meta.versionId, that version must be the current one (else 412) */
  update<T extends TypeName>(resource: ResourceOf<T> & { readonly id: string }): Promise<Stored<T>>;
  /** Reads, changes and writes again; `change` is called again when another writer was faster. 404 when there is none. */
  change<T extends TypeName>(type: T, id: string, change: (resource: Stored<T>) => ResourceOf<T>): Promise<Stored<T>>;
  remove(type: TypeName, id: string): Promise<void>;
  /** A transaction Bundle; the resources as stored, in its order (undefined for deletions). */
  transaction(entries: readonly TransactionEntry[]): Promise<readonly (AnyResource | undefined)[]>;
}

export interface TransactionEntry {
  readonly fullUrl?: string;
  readonly resource?: AnyResource;
  readonly request: {
    readonly method: 'POST' | 'PUT' | 'DELETE';
    readonly url: string;
    readonly ifMatch?: string;
    readonly ifNoneExist?: string;
  };
}

/** Everything that is done is committed together, or not at all. */
export interface ClinicTransaction extends Clinic {
  /** Waits until no other transaction holds the name; until this one ends. Take several in one call: it sorts them. */
  lock(...names: readonly string[]): Promise<void>;
  /** Tables of a projection as this transaction sees them, to be read. @param name `supply.stock`, of any enabled module */
  projection(name: string): Promise<ProjectionTables>;
  /**
   * All resources that refer to it, wherever the reference stands; nobody else changes them until this ends.
   * @throws Error in a transaction that is not `asServer`: it tells of resources that the actor may not see
   */
  referrers(type: TypeName, id: string): Promise<readonly AnyResource[]>;
}
