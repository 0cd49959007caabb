import { join } from 'node:path';
import { baseCanonicalEntries } from '../../../server/definitions/base-canonicals.ts';
import { createCanonicals } from '../../../server/definitions/canonical-index.ts';
import type { Definitions } from '../../../server/definitions/definitions.ts';
import { loadDefinitions } from '../../../server/definitions/load.ts';
import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import { checkExtensionContent, checkProfiles, conformsTo } from '../../../server/validation/profile/profile-checks.ts';
import { createValidator } from '../../../server/validation/compile.ts';
import { resourceRules } from '../../../server/validation/resource-rules.ts';
import type { ValidateOptions } from '../../../server/validation/walk.ts';
import { createCodeChecker } from '../../../terminology/code-checker/code-checker.ts';
import { createTerminology } from '../../../terminology/service/terminology.ts';
import { computedSystems } from '../../../terminology/systems/computed-systems.ts';
import { readCasePackages, type CasePackages } from './case-packages.ts';
import { canonicalOf, globalProfiles, readCaseFile, supportingEntries } from './case-files.ts';
import { hasFiles, readManifest, recordedOutcome, type CaseJson } from './manifest.ts';

export interface ValidatorReport {
  readonly cases: number;
  readonly agreed: number;
  /** Steps whose files or recorded outcome are not in the folder. */
  readonly skipped: number;
  readonly disagreements: readonly Disagreement[];
}

export interface Disagreement {
  readonly name: string;
  readonly module: string;
  readonly step: 'base' | 'profile';
  readonly expected: 'valid' | 'invalid';
  /** Errors of the side that found some. */
  readonly errors: readonly string[];
}

/**
 * Runs the official validator cases of R4 in a folder with `manifest.json`. A step agrees when both this validator and
 * the recorded reference find an error, or neither does.
 */
export async function runValidatorCases(folder: string): Promise<ValidatorReport> {
  const definitions = loadDefinitions();
  const packages = await readCasePackages(join(folder, '../../packages'));
  const disagreements: Disagreement[] = [];
  let cases = 0;
  let skipped = 0;
  for (const test of readManifest(folder)) {
    for (const step of test.profile === undefined ? (['base'] as const) : (['base', 'profile'] as const)) {
      const recorded = recordedOutcome(folder, step === 'base' ? test : (test.profile ?? test));
      if (recorded === undefined || !hasFiles(folder, test, step)) {
        skipped += 1;
        continue;
      }
      cases += 1;
      const errors = await errorsOf(folder, test, step, definitions, packages);
      if (errors.length > 0 === recorded.hasError) continue;
      disagreements.push({
        name: test.name,
        module: test.module ?? '',
        step,
        expected: recorded.hasError ? 'invalid' : 'valid',
        errors: recorded.hasError ? recorded.errors : errors,
      });
    }
  }
  return { cases, agreed: cases - disagreements.length, skipped, disagreements };
}

async function errorsOf(
  folder: string,
  test: CaseJson,
  step: 'base' | 'profile',
  definitions: Definitions,
  packages: CasePackages,
): Promise<readonly string[]> {
  const { supporting = [], profiles = [], profile } = test;
  const files = [...supporting, ...profiles];
  if (step === 'profile' && profile !== undefined) {
    files.push(profile.source, ...(profile.supporting ?? []), ...(profile.profiles ?? []));
  }
  const entries = [
    ...supportingEntries(folder, files, definitions),
    ...packages.entries(test.packages ?? []),
    ...baseCanonicalEntries(),
  ];
  const canonicals = createCanonicals(1, entries);
  let resource: JsonObject;
  try {
    const value = readCaseFile(folder, test.file, definitions);
    if (!isObject(value)) return ['not a JSON object'];
    resource = value;
  } catch (error) {
    return [String(error)];
  }
  const computed = computedSystems();
  const terminology = createTerminology({ canonicals: () => canonicals, sources: [computed], expansionLimit: 10_000 });
  const codes = createCodeChecker({ canonicals: () => canonicals, terminology, computed, now: Date.now });
  const validator = createValidator({
    definitions,
    canonicals,
    codes,
    profiles: checkProfiles,
    extension: checkExtensionContent,
    conformsTo,
    rules: resourceRules,
  });
  const issues = await validator.validate(resource, optionsOf(folder, test, step, resource, definitions));
  return issues
    .filter(({ severity }) => severity === 'error' || severity === 'fatal')
    .map(({ text, expression }) => `${expression?.join() ?? ''}: ${text}`);
}

function optionsOf(
  folder: string,
  test: CaseJson,
  step: 'base' | 'profile',
  resource: JsonObject,
  definitions: Definitions,
): ValidateOptions {
  const source =
    step === 'profile' && test.profile !== undefined
      ? readCaseFile(folder, test.profile.source, definitions)
      : undefined;
  const { supporting = [], profiles = [] } = test;
  return {
    refuseUnknownExtensions: true,
    refuseWrongDisplays: true,
    refuseMarkup: test['security-checks'] === true || test.noHtmlInMarkdown === true,
    profiles: [
      ...globalProfiles(folder, [...supporting, ...profiles], resource, definitions),
      ...(isObject(source) ? [canonicalOf(source)] : []),
    ],
  };
}
