import { requireFreshFactor } from '../access/step-up.ts';
import type { Ctx } from '../fhir/engine.ts';
import type { ModuleContext } from '../sdk/clinic.ts';

/** Where modules' code runs. */
export interface ModuleSurroundings {
  /** A line in the server's log. */
  log(module: string, level: 'info' | 'warn' | 'error', text: string): void;
  /** @throws Error for a setting that the module's manifest does not name */
  setting(module: string, name: string): string;
}

/** What a module's code may know of the request. @param module whose code it is */
export function moduleContext(
  { tenant, requestId, access, now, newId }: Ctx,
  module: string,
  { log, setting }: ModuleSurroundings,
): ModuleContext {
  const { kind, fhirUser, roles } = access.principal;
  return {
    tenant,
    requestId,
    actor: { kind, reference: fhirUser, roles },
    requireSecondFactor: () => requireFreshFactor(access, now()),
    now: () => new Date(now()),
    newId,
    setting: (name) => setting(module, name),
    log: (level, text) => log(module, level, text),
  };
}
