import type { Operation } from '../operation.ts';
import { batchValidate } from './batch-validate.ts';
import { closure } from './closure.ts';
import { expand } from './expand.ts';
import { findMatches } from './find-matches.ts';
import { lookup } from './lookup.ts';
import { subsumes } from './subsumes.ts';
import { translate } from './translate.ts';
import { validateInCodeSystem } from './validate-in-code-system.ts';
import { validateInValueSet } from './validate-in-value-set.ts';

/** https://hl7.org/fhir/R4/terminology-service.html */
export const TERMINOLOGY_OPERATIONS: readonly Operation[] = [
  expand,
  validateInValueSet,
  validateInCodeSystem,
  batchValidate,
  lookup,
  subsumes,
  findMatches,
  translate,
  closure,
];
