import type { Principal } from '../access/principal.ts';
import type { RequestTrail } from '../fhir/audit-trail.ts';
import type { Ctx, Engine } from '../fhir/engine.ts';
import type { JsonObject, JsonValue } from '../kernel/json.ts';
import type { Sealer } from '../protection/sealer.ts';
import type { Clinic } from '../sdk/clinic.ts';
import type { BotDescription } from './bot.ts';
import type { BotRuntime } from './runtime-port.ts';
import type { BotRun } from './stored-runs.ts';

/** What bots stand on; filled from boot. */
export interface BotContext {
  readonly engine: Engine;
  readonly runtime: BotRuntime;
  /** Undefined: this server has no master key, and so no secrets. */
  readonly sealer: Sealer | undefined;
  /**
   * An exchange with another server, see host-fetch.ts.
   * @param hosts that the bot may ask
   */
  fetch(url: JsonValue | undefined, init: JsonValue | undefined, hosts: readonly string[]): Promise<JsonObject>;
  /** The interactions in the rights of a context. */
  clinicOf(ctx: Ctx): Clinic;
  /**
   * Whose rights a bot has now.
   * @param client undefined: the bot names none
   * @throws Fault `bot.noClient` 422 when it has none
   */
  principalOf(tenant: number, client: string | undefined): Promise<Principal>;
  openTrail(principal: Principal, requestId: string): RequestTrail;
  /** An AuditEvent of the run. */
  audit(run: BotRun, bot: BotDescription, principal: Principal): Promise<void>;
  now(): number;
  onError(error: unknown): void;
}
