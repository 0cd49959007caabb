import type { Operation } from '../operation.ts';
import { readCall, type Inputs } from './read-call.ts';
import { resourceAnswer } from './resource-answer.ts';
import { SHARED_INPUTS } from './shared-inputs.ts';

const INPUTS = {
  codeA: 'code',
  codeB: 'code',
  system: 'uri',
  version: 'string',
  codingA: 'body',
  codingB: 'body',
  ...SHARED_INPUTS,
} as const satisfies Inputs;

/** https://hl7.org/fhir/R4/codesystem-operation-subsumes.html */
export const subsumes: Operation = {
  code: 'subsumes',
  definition: 'http://hl7.org/fhir/OperationDefinition/CodeSystem-subsumes',
  text: 'Whether code A is above, below, the same as, or apart from code B in their code system.',
  levels: ['type', 'instance'],
  types: ['CodeSystem'],
  affectsState: false,
  run: async (engine, ctx, call) =>
    resourceAnswer(await engine.terminology.subsumes(await readCall(engine, ctx, call, INPUTS))),
};
