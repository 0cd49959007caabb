import { describeSuiteFolder } from '../suite-folder.ts';
import { runFhirpathCases } from './run-cases.ts';

describeSuiteFolder('fhirpath', runFhirpathCases);
