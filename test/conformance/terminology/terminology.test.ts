import { describeSuiteFolder } from '../suite-folder.ts';
import { runGeneralCases } from './run-general.ts';

describeSuiteFolder('terminology', runGeneralCases);
