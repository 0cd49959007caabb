import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runFhirpathCases } from './fhirpath/run-cases.ts';
import { runPatchCases } from './patch/run-patch-cases.ts';
import { SUITES } from './suite-folder.ts';
import { describeSuite, type SuiteResult } from './suite-result.ts';
import { runGeneralCases } from './terminology/run-general.ts';
import { runValidatorSuite } from './validator/run-suite.ts';

const ALL: readonly (readonly [string, (folder: string) => SuiteResult | Promise<SuiteResult>])[] = [
  ['validator', runValidatorSuite],
  ['fhirpath', runFhirpathCases],
  ['terminology', runGeneralCases],
  ['patch', runPatchCases],
];

/** `npm run conformance [suite…]`: agreement with the public cases of each suite, and every case that goes otherwise. */
async function main(wanted: readonly string[]): Promise<void> {
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  for (const [name, run] of ALL) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const folder = join(SUITES, name);
    if (!existsSync(folder)) {
      process.stdout.write(`${name}: skipped, the public cases are not there: ../shared/data/conformance/${name}\n`);
      skipped += 1;
      continue;
    }
    const result = await run(folder);
    process.stdout.write(`${describeSuite(result)}\n`);
    if (result.agreed >= result.cases * result.goal) passed += 1;
    else failed += 1;
  }
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  process.exitCode = failed === 0 ? 0 : 1;
}

await main(process.argv.slice(2));
