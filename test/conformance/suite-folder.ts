import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../architecture/source-files.ts';
import { describeSuite, type SuiteResult } from './suite-result.ts';

/** Public conformance cases beside the repository; they are not part of it. */
export const SUITES = join(ROOT, '../shared/data/conformance');

/** A test that the suite's goal is reached, or a skipped one where its cases are not there. */
export function describeSuiteFolder(name: string, run: (folder: string) => SuiteResult | Promise<SuiteResult>): void {
  const folder = join(SUITES, name);
  if (!existsSync(folder)) {
    test.skip(`the public cases are not there: ../shared/data/conformance/${name}`, () => undefined);
    return;
  }
  test(`${name}: the goal is reached`, async () => {
    const result = await run(folder);
    expect(result.cases).toBeGreaterThan(0);
    // The whole text, so that a failure shows which cases went otherwise.
    if (result.agreed < result.cases * result.goal) throw new Error(describeSuite(result));
  }, 240_000);
}
