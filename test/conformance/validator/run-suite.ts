import type { SuiteResult } from '../suite-result.ts';
import { runValidatorCases } from './run-cases.ts';

/** The official validator cases of R4 as a suite. @param folder holds `manifest.json` */
export async function runValidatorSuite(folder: string): Promise<SuiteResult> {
  const { cases, agreed, skipped, disagreements } = await runValidatorCases(folder);
  return {
    name: `Validator R4 (${skipped} steps without files or outcome left out)`,
    cases,
    agreed,
    goal: 0.9,
    differences: disagreements.map(
      ({ name, module, step, expected, errors }) =>
        `${module} ${name} (${step}): expected is ${expected}; ${errors.slice(0, 2).join(' / ').slice(0, 300)}`,
    ),
    parts: [],
  };
}
