import { requireFreshFactor } from '../access/step-up.ts';
import type { Ctx } from '../fhir/engine.ts';
import type { Definitions } from '../definitions/definitions.ts';
import { isSignedBy, type Signer } from '../protection/signer.ts';
import type { ModuleContext } from '../sdk/clinic.ts';
import { moduleFhirPath } from './module-fhirpath.ts';

/** Where modules' code runs. */
export interface ModuleSurroundings {
  definitions(): Definitions;
  /** Of the server. */
  signer(): Signer;
  /** A line in the server's log. */
  log(module: string, level: 'info' | 'warn' | 'error', text: string): void;
  /** @throws Error for a setting that the module's manifest does not name */
  setting(module: string, name: string): string;
}

/** What a module's code may know of the request. @param module whose code it is */
export function moduleContext(
  { tenant, requestId, access, baseUrl, now, newId }: Ctx,
  module: string,
  { definitions, signer, log, setting }: ModuleSurroundings,
): ModuleContext {
  const { kind, fhirUser, roles } = access.principal;
  return {
    tenant,
    requestId,
    actor: { kind, reference: fhirUser, roles },
    requireSecondFactor: () => requireFreshFactor(access, now()),
    baseUrl,
    fhirPath: (...asked) => moduleFhirPath(definitions(), now)(...asked),
    sign(text) {
      const { keyId, publicKey, sign } = signer();
      return { keyId, publicKey, value: sign(text) };
    },
    isSigned: (text, value) => isSignedBy(signer().publicKey, text, value),
    now: () => new Date(now()),
    newId,
    setting: (name) => setting(module, name),
    log: (level, text) => log(module, level, text),
  };
}
