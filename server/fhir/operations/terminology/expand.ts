import type { Operation } from '../operation.ts';
import { readCall, type Inputs } from './read-call.ts';
import { resourceAnswer } from './resource-answer.ts';
import { SHARED_INPUTS, VERSION_INPUTS } from './shared-inputs.ts';

/** What `$expand` takes; TerminologyCapabilities names it too. */
export const EXPAND_INPUTS = {
  url: 'uri',
  valueSet: 'body',
  valueSetVersion: 'string',
  context: 'uri',
  contextDirection: 'code',
  filter: 'string',
  date: 'dateTime',
  offset: 'integer',
  count: 'integer',
  includeDesignations: 'boolean',
  designation: 'string',
  includeDefinition: 'boolean',
  activeOnly: 'boolean',
  excludeNested: 'boolean',
  excludeNotForUI: 'boolean',
  excludePostCoordinated: 'boolean',
  'exclude-system': 'canonical',
  property: 'string',
  limitedExpansion: 'boolean',
  ...VERSION_INPUTS,
  ...SHARED_INPUTS,
} as const satisfies Inputs;

/** https://hl7.org/fhir/R4/valueset-operation-expand.html */
export const expand: Operation = {
  code: 'expand',
  definition: 'http://hl7.org/fhir/OperationDefinition/ValueSet-expand',
  text: 'The codes of a value set: whole, as a page (count, offset), or those that begin with typed words (filter).',
  levels: ['type', 'instance'],
  types: ['ValueSet'],
  affectsState: false,
  run: async (engine, ctx, call) =>
    resourceAnswer(await engine.terminology.expand(await readCall(engine, ctx, call, EXPAND_INPUTS))),
};
