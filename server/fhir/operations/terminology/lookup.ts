import type { Operation } from '../operation.ts';
import { readCall, type Inputs } from './read-call.ts';
import { resourceAnswer } from './resource-answer.ts';
import { SHARED_INPUTS } from './shared-inputs.ts';

const INPUTS = {
  code: 'code',
  system: 'uri',
  version: 'string',
  coding: 'body',
  date: 'dateTime',
  property: 'code',
  ...SHARED_INPUTS,
} as const satisfies Inputs;

/** https://hl7.org/fhir/R4/codesystem-operation-lookup.html */
export const lookup: Operation = {
  code: 'lookup',
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-lookup',
  text: 'What a code system says about a code: display, designations, properties, parents and children.',
  levels: ['type'],
  types: ['CodeSystem'],
  affectsState: false,
  run: async (engine, ctx, call) =>
    resourceAnswer(await engine.terminology.lookup(await readCall(engine, ctx, call, INPUTS))),
};
