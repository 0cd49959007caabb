import { describeSuiteFolder } from '../suite-folder.ts';
import { runValidatorSuite } from './run-suite.ts';

describeSuiteFolder('validator', runValidatorSuite);
