import type { Operation } from '../operation.ts';
import { readCall, type Inputs } from './read-call.ts';
import { resourceAnswer } from './resource-answer.ts';
import { SHARED_INPUTS } from './shared-inputs.ts';

const INPUTS = {
  system: 'uri',
  version: 'string',
  property: 'body',
  exact: 'boolean',
  compositional: 'boolean',
  ...SHARED_INPUTS,
} as const satisfies Inputs;

/** https://hl7.org/fhir/R4/codesystem-operation-find-matches.html */
export const findMatches: Operation = {
  code: 'find-matches',
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-find-matches',
  text: 'The codes that have the given properties; with exact=false also those that lack some, which are named.',
  levels: ['type', 'instance'],
  types: ['CodeSystem'],
  affectsState: false,
  run: async (engine, ctx, call) =>
    resourceAnswer(await engine.terminology.findMatches(await readCall(engine, ctx, call, INPUTS))),
};
