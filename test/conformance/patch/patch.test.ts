import { describeSuiteFolder } from '../suite-folder.ts';
import { runPatchCases } from './run-patch-cases.ts';

describeSuiteFolder('patch', runPatchCases);
