/**
 * What a bot of Athanor finds in its virtual machine, besides the language itself (ES2023): `athanor`, `console`. There are
 * no timers, modules, files or sockets. A bot is a module whose default export is a function of {@link BotEvent}:
 *
 *     export default async (event: BotEvent<'Appointment'>) => {
 *       if (event.trigger !== 'subscription' || event.resource === undefined) return;
 *       await athanor.createOnce(`reminder ${event.resource.id}`, { resourceType: 'Task', status: 'requested', intent: 'order' });
 *     };
 */

type TypeName = import('@medplum/fhirtypes').ResourceType;
type ResourceOf<T extends TypeName> = import('@medplum/fhirtypes').ExtractResource<T>;
type AnyResource = import('@medplum/fhirtypes').Resource;
type Stored<T extends TypeName> = ResourceOf<T> & {
  readonly id: string;
  readonly meta: { readonly versionId: string; readonly lastUpdated: string };
};

type BotEvent<T extends TypeName = TypeName> =
  | {
      readonly trigger: 'subscription';
      /** The same whenever the event comes again: a bot must be safe to run twice. */
      readonly id: string;
      readonly interaction: 'create' | 'update' | 'delete';
      readonly type: T;
      readonly resourceId: string;
      readonly version: number;
      /** As far as the bot's client may see it; undefined for a deletion. */
      readonly resource?: Stored<T>;
    }
  | { readonly trigger: 'schedule'; readonly id: string }
  | {
      readonly trigger: 'execute';
      /** The body of `$execute`; null when there was none. */ readonly input: AnyResource | null;
    }
  | { readonly trigger: 'hl7'; /** `ORU^R01`. */ readonly event: string; readonly message: string };

/** A refusal by the server: what `athanor`'s promises reject with. */
interface Fault extends Error {
  readonly name: 'Fault';
  /** `rest.versionConflict`, `access.writeRefused`, … (server/docs/errors.md). */
  readonly code: string;
  readonly status: number;
}

interface TransactionEntry {
  readonly fullUrl?: string;
  readonly resource?: AnyResource;
  readonly request: {
    readonly method: 'POST' | 'PUT' | 'DELETE';
    readonly url: string;
    readonly ifMatch?: string;
    readonly ifNoneExist?: string;
  };
}

interface FetchAnswer {
  readonly status: number;
  readonly ok: boolean;
  readonly headers: Readonly<Record<string, string>>;
  text(): Promise<string>;
  json(): Promise<unknown>;
}

/** The server, in the rights of the bot's client. Every call counts; a run has 100. */
interface Athanor {
  /** Undefined when there is none that may be seen. */
  read<T extends TypeName>(type: T, id: string): Promise<Stored<T> | undefined>;
  /** All matches; more than `limit` (default 100, at most 1000) are refused, never cut. */
  search<T extends TypeName>(type: T, query?: string, limit?: number): Promise<readonly Stored<T>[]>;
  create<T extends TypeName>(resource: ResourceOf<T>): Promise<Stored<T>>;
  /** Creates it unless this key was used before; safe to repeat. */
  createOnce<T extends TypeName>(key: string, resource: ResourceOf<T>): Promise<Stored<T>>;
  /** With meta.versionId, that version must be the current one. */
  update<T extends TypeName>(resource: ResourceOf<T> & { readonly id: string }): Promise<Stored<T>>;
  /** Reads, changes and writes; again when somebody else was faster. */
  change<T extends TypeName>(
    type: T,
    id: string,
    revise: (resource: Stored<T>) => ResourceOf<T> | Promise<ResourceOf<T>>,
  ): Promise<Stored<T>>;
  remove(type: TypeName, id: string): Promise<void>;
  /** All or nothing; the resources as stored, in this order. */
  transaction(entries: readonly TransactionEntry[]): Promise<readonly (AnyResource | null)[]>;
  /** A secret that the deployment names. */
  secret(name: string): Promise<string>;
  /** From a host that the deployment names; no redirects, 10 s, 1 MiB. */
  fetch(
    url: string,
    init?: {
      readonly method?: 'GET' | 'POST';
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    },
  ): Promise<FetchAnswer>;
  /** Kept with the run, for administrators: nothing of patients belongs there. 100 lines of 500 characters. */
  log(...values: readonly unknown[]): void;
  now(): Date;
  newId(): string;
  /** A decimal as it is written, digit for digit: `decimalText(quantity, 'value')`. */
  decimalText<P extends object>(parent: P | undefined, name: keyof P & string): string | undefined;
  /** A copy with a decimal, digit for digit: `setDecimal(quantity, 'value', '1.50')`. */
  setDecimal<P extends object>(parent: P, name: string, text: string): P;
}

declare const athanor: Athanor;
declare const console: {
  log(...values: readonly unknown[]): void;
  info(...values: readonly unknown[]): void;
  warn(...values: readonly unknown[]): void;
  error(...values: readonly unknown[]): void;
};
