import type { Operation } from '../operation.ts';
import { readCall, type Inputs } from './read-call.ts';
import { resourceAnswer } from './resource-answer.ts';
import { SHARED_INPUTS, VERSION_INPUTS } from './shared-inputs.ts';

const INPUTS = {
  url: 'uri',
  context: 'uri',
  valueSet: 'body',
  valueSetVersion: 'string',
  code: 'code',
  system: 'uri',
  systemVersion: 'string',
  display: 'string',
  coding: 'body',
  codeableConcept: 'body',
  date: 'dateTime',
  abstract: 'boolean',
  activeOnly: 'boolean',
  inferSystem: 'boolean',
  'lenient-display-validation': 'boolean',
  'valueset-membership-only': 'boolean',
  ...VERSION_INPUTS,
  ...SHARED_INPUTS,
} as const satisfies Inputs;

/** https://hl7.org/fhir/R4/valueset-operation-validate-code.html */
export const validateInValueSet: Operation = {
  code: 'validate-code',
  definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-validate-code',
  text: 'Whether a code, Coding or CodeableConcept is in a value set, and whether its display is right.',
  levels: ['type', 'instance'],
  types: ['ValueSet'],
  affectsState: false,
  run: async (engine, ctx, call) =>
    resourceAnswer(await engine.terminology.validateInValueSet(await readCall(engine, ctx, call, INPUTS))),
};
