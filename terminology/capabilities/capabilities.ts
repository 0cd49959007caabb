import type { JsonObject } from '../../server/kernel/json.ts';
import type { HeldSystems } from './held-systems.ts';

/**
 * TerminologyCapabilities of what is held here, without `date`, `version` and `implementation`.
 * https://hl7.org/fhir/R4/terminologycapabilities.html
 * @param expansionParameters names of the parameters that `$expand` takes
 */
export function terminologyCapabilities(systems: HeldSystems, expansionParameters: readonly string[]): JsonObject {
  return {
    resourceType: 'TerminologyCapabilities',
    name: 'AthanorTerminology',
    title: 'Terminology of this Athanor server',
    status: 'active',
    kind: 'instance',
    codeSystem: [...systems].map(([uri, versions]) => ({
      uri,
      version: versions.map((code, index) => ({ ...(code === '' ? {} : { code }), isDefault: index === 0 })),
      subsumption: true,
    })),
    expansion: {
      hierarchical: true,
      paging: true,
      incomplete: true,
      parameter: [...expansionParameters].sort().map((name) => ({ name })),
      textFilter:
        'The words typed must each begin a word of a display, designation or code; case and accents do not matter.',
    },
    codeSearch: 'all',
    validateCode: { translations: true },
    translation: { needsMap: true },
    closure: { translation: false },
  };
}
