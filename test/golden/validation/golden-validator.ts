import { baseCanonicalEntries, loadBaseCanonicals } from '../../../server/definitions/base-canonicals.ts';
import { createCanonicals, type CanonicalEntry } from '../../../server/definitions/canonical-index.ts';
import { CANONICAL_TYPES, type Canonicals } from '../../../server/definitions/canonicals.ts';
import { loadDefinitions } from '../../../server/definitions/load.ts';
import type { JsonObject } from '../../../server/kernel/json.ts';
import { createValidator, type Validator } from '../../../server/validation/compile.ts';
import { checkExtensionContent, checkProfiles, conformsTo } from '../../../server/validation/profile/profile-checks.ts';
import { resourceRules } from '../../../server/validation/resource-rules.ts';
import { createCodeChecker } from '../../../terminology/code-checker/code-checker.ts';
import { createTerminology } from '../../../terminology/service/terminology.ts';
import { computedSystems } from '../../../terminology/systems/computed-systems.ts';

/** The validator as the server runs it, with further canonical resources. */
export function goldenValidator(own: readonly JsonObject[]): Validator {
  const held = withOwn(own);
  const canonicals = (): Canonicals => held;
  const computed = computedSystems();
  const terminology = createTerminology({ canonicals, sources: [computed], expansionLimit: 1000 });
  return createValidator({
    definitions: loadDefinitions(),
    canonicals: held,
    codes: createCodeChecker({ canonicals, terminology, computed, now: () => 0 }),
    profiles: checkProfiles,
    extension: checkExtensionContent,
    conformsTo,
    rules: resourceRules,
  });
}

function withOwn(own: readonly JsonObject[]): Canonicals {
  if (own.length === 0) return loadBaseCanonicals();
  const entries = own.map((resource): CanonicalEntry => {
    const { resourceType, url, version, status } = resource;
    const type = CANONICAL_TYPES.find((candidate) => candidate === resourceType);
    if (type === undefined || typeof url !== 'string') throw new Error('not a canonical resource');
    return {
      type,
      url,
      version: typeof version === 'string' ? version : undefined,
      status: typeof status === 'string' ? status : undefined,
      load: () => resource,
    };
  });
  return createCanonicals(-1, [...entries, ...baseCanonicalEntries()]);
}
