import type { Operation } from '../operation.ts';
import { readCall, type Inputs } from './read-call.ts';
import { resourceAnswer } from './resource-answer.ts';
import { SHARED_INPUTS, VERSION_INPUTS } from './shared-inputs.ts';

/** What stands beside the validations counts for all of them. */
const INPUTS = {
  validation: 'body',
  url: 'uri',
  valueSet: 'body',
  valueSetVersion: 'string',
  abstract: 'boolean',
  activeOnly: 'boolean',
  inferSystem: 'boolean',
  'lenient-display-validation': 'boolean',
  'valueset-membership-only': 'boolean',
  ...VERSION_INPUTS,
  ...SHARED_INPUTS,
} as const satisfies Inputs;

/** https://build.fhir.org/ig/HL7/fhir-tx-ecosystem-ig/ */
export const batchValidate: Operation = {
  code: 'batch-validate-code',
  definition: 'http://hl7.org/fhir/tools/OperationDefinition/batch-validate-code',
  text: 'Many $validate-code in one: each parameter "validation" is the Parameters of one; answers come in their order.',
  levels: ['type'],
  types: ['ValueSet', 'CodeSystem'],
  affectsState: false,
  run: async (engine, ctx, call) =>
    resourceAnswer(await engine.terminology.batchValidate(await readCall(engine, ctx, call, INPUTS))),
};
