import type { ClinicTransaction, Clinic, ModuleContext } from './clinic.ts';
import type { Stored, TypeName } from './resource.ts';

/** A change that a bot reacts to. */
export interface BotEvent<T extends TypeName = TypeName> {
  /** The same for every repetition of the same event. */
  readonly id: string;
  readonly interaction: 'create' | 'update' | 'delete';
  readonly type: T;
  readonly resourceId: string;
  readonly version: number;
  /** The version that was written; undefined for a deletion, and for runs by schedule. */
  readonly resource: Stored<T> | undefined;
}

export interface BotContext extends ModuleContext, Clinic {
  inTransaction<R>(work: (clinic: ClinicTransaction) => Promise<R>): Promise<R>;
  /**
   * Asks another server; redirects are answers, the exchange ends after five seconds.
   * @param origins which may be asked, such as `https://pharmacy.example`: out of a setting, as the operator wrote them
   * @throws Fault 422 for a URL of another origin; Error when no answer comes
   */
  fetch(
    url: string,
    request: {
      readonly method: 'GET' | 'POST';
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    },
    origins: readonly string[],
  ): Promise<{ readonly status: number; readonly text: string }>;
}

/**
 * Reacts after a commit, at least once, in order per resource; or by schedule. Must be safe to run twice: `createOnce`,
 * `change`. A run that fails is repeated with growing pauses, then waits as a dead letter.
 */
export interface Bot<T extends TypeName = TypeName> {
  /** Unique among all modules. */
  readonly name: string;
  readonly title: string;
  /** Search criteria: `Appointment?status=booked`; or a schedule. */
  readonly on:
    | { readonly criteria: string; readonly interactions?: readonly ('create' | 'update' | 'delete')[] }
    | { /** Five fields. */ readonly cron: string; /** IANA; default UTC. */ readonly zone?: string };
  /** Default 30 s. */
  readonly timeoutMs?: number;
  run(event: BotEvent<T>, context: BotContext): Promise<void>;
}

export function defineBot<T extends TypeName = TypeName>(bot: Bot<T>): Bot {
  return bot;
}
