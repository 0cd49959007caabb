import type { Operation } from '../operation.ts';
import { readCall, type Inputs } from './read-call.ts';
import { resourceAnswer } from './resource-answer.ts';

const INPUTS = {
  url: 'uri',
  conceptMap: 'body',
  conceptMapVersion: 'string',
  code: 'code',
  system: 'uri',
  version: 'string',
  source: 'uri',
  coding: 'body',
  codeableConcept: 'body',
  target: 'uri',
  targetsystem: 'uri',
  dependency: 'body',
  reverse: 'boolean',
  // As R5 names them: https://hl7.org/fhir/R5/conceptmap-operation-translate.html
  sourceCode: 'code',
  sourceCoding: 'body',
  sourceCodeableConcept: 'body',
  sourceSystem: 'uri',
  sourceScope: 'uri',
  targetCode: 'code',
  targetCoding: 'body',
  targetCodeableConcept: 'body',
  targetSystem: 'uri',
  targetScope: 'uri',
  'tx-resource': 'body',
  uuid: 'body',
} as const satisfies Inputs;

/** https://hl7.org/fhir/R4/conceptmap-operation-translate.html */
export const translate: Operation = {
  code: 'translate',
  definition: 'http://hl7.org/fhir/OperationDefinition/ConceptMap-translate',
  text: 'What a code is in another code system or value set, by the ConceptMap named or by all that fit; both ways.',
  levels: ['type', 'instance'],
  types: ['ConceptMap'],
  affectsState: false,
  run: async (engine, ctx, call) =>
    resourceAnswer(await engine.terminology.translate(await readCall(engine, ctx, call, INPUTS))),
};
