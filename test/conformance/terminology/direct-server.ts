import type { Canonicals } from '../../../server/definitions/canonicals.ts';
import { outcomeOf } from '../../../server/fhir/outcome.ts';
import { Fault } from '../../../server/kernel/fault.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { overlaid } from '../../../terminology/service/overlay.ts';
import { createTerminology, type TerminologyRequest } from '../../../terminology/service/terminology.ts';
import { computedSystems } from '../../../terminology/systems/computed-systems.ts';
import { translate } from '../../../terminology/translate/translate.ts';
import type { CasesServer } from './run-cases.ts';

const EXPANSION_LIMIT = 10_000;

/** Terminology without a network and a database. */
export function directServer(base: Canonicals, setup: readonly JsonObject[]): CasesServer {
  const canonicals = overlaid(base, setup);
  const sources = [computedSystems()];
  return {
    async call({ operation, parameters, acceptLanguage, headers }) {
      const threshold = headers['x-too-costly-threshold'];
      const expansionLimit = threshold === undefined ? EXPANSION_LIMIT : Number(threshold);
      const service = createTerminology({ canonicals: () => canonicals, sources, expansionLimit });
      const operations: Readonly<Record<string, (request: TerminologyRequest) => Promise<JsonObject> | JsonObject>> = {
        expand: (request) => service.expand(request),
        'validate-code': (request) => service.validateInValueSet(request),
        'cs-validate-code': (request) => service.validateInCodeSystem(request),
        'batch-validate': (request) => service.batchValidate(request),
        lookup: (request) => service.lookup(request),
        translate: (request) => translate(canonicals, request.parameters),
      };
      const run = operations[operation];
      if (run === undefined) return undefined;
      try {
        const request = { parameters, ...(acceptLanguage === undefined ? {} : { acceptLanguage }) };
        return { status: 200, resource: await run(request) };
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        return { status: error.status, resource: outcomeOf(error.issues) };
      }
    },
  };
}
