import { loadBaseCanonicals } from '../../../server/definitions/base-canonicals.ts';
import type { SuiteResult } from '../suite-result.ts';
import { directServer } from './direct-server.ts';
import { runTerminologyCases } from './run-cases.ts';

/** The cases that need no licensed content. */
export function runGeneralCases(folder: string): Promise<SuiteResult> {
  const base = loadBaseCanonicals();
  return runTerminologyCases(folder, 'general', (setup) => directServer(base, setup));
}
