import type { Limits } from '../../bots/runtime/limits.ts';

/** What makes a bot run. */
export type BotTrigger =
  | {
      readonly kind: 'subscription';
      /** `Appointment?status=booked`. */
      readonly criteria: string;
      readonly interactions: readonly ('create' | 'update' | 'delete')[];
    }
  | { readonly kind: 'schedule'; /** Five fields. */ readonly cron: string; /** IANA. */ readonly zone: string }
  | { readonly kind: 'execute' }
  | { readonly kind: 'hl7'; /** `ORU^R01`. */ readonly event: string };

/** A bot as its Library describes it. */
export interface BotDescription {
  /** Unique in the tenant; in Library.identifier. */
  readonly name: string;
  readonly title: string;
  readonly triggers: readonly BotTrigger[];
  /** Roles that may call it by `$execute`. */
  readonly callers: readonly string[];
  /** The client with whose rights it acts. */
  readonly client: string | undefined;
  /** Hosts that it may fetch from: `api.example.org`, `api.example.org:8443`. */
  readonly hosts: readonly string[];
  /** Secrets that it may read. */
  readonly secrets: readonly string[];
  readonly limits: Partial<Limits>;
}

/** A version that was deployed. */
export interface DeployedBot extends BotDescription {
  readonly tenant: number;
  /** Id of the Library. */
  readonly id: string;
  /** Of the Library. */
  readonly version: number;
  /** What runs. */
  readonly code: string;
}
