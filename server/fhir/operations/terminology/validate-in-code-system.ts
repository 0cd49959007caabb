import type { Operation } from '../operation.ts';
import { readCall, type Inputs } from './read-call.ts';
import { resourceAnswer } from './resource-answer.ts';
import { SHARED_INPUTS, VERSION_INPUTS } from './shared-inputs.ts';

const INPUTS = {
  url: 'uri',
  system: 'uri',
  codeSystem: 'body',
  code: 'code',
  version: 'string',
  display: 'string',
  coding: 'body',
  codeableConcept: 'body',
  date: 'dateTime',
  abstract: 'boolean',
  activeOnly: 'boolean',
  'lenient-display-validation': 'boolean',
  ...VERSION_INPUTS,
  ...SHARED_INPUTS,
} as const satisfies Inputs;

/** https://hl7.org/fhir/R4/codesystem-operation-validate-code.html */
export const validateInCodeSystem: Operation = {
  code: 'validate-code',
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-validate-code',
  text: 'Whether a code exists in its code system, and whether its display is right.',
  levels: ['type', 'instance'],
  types: ['CodeSystem'],
  affectsState: false,
  run: async (engine, ctx, call) =>
    resourceAnswer(await engine.terminology.validateInCodeSystem(await readCall(engine, ctx, call, INPUTS))),
};
