import { inTransaction } from '../../write/in-transaction.ts';
import type { Operation } from '../operation.ts';
import { readCall, type Inputs } from './read-call.ts';
import { resourceAnswer } from './resource-answer.ts';

const INPUTS = { name: 'string', concept: 'body', version: 'string' } as const satisfies Inputs;

/** https://hl7.org/fhir/R4/conceptmap-operation-closure.html */
export const closure: Operation = {
  code: 'closure',
  definition: 'http://hl7.org/fhir/OperationDefinition/ConceptMap-closure',
  text: 'Keeps a named table of which of the concepts that a client uses is below which, and answers what is new in it.',
  levels: ['system'],
  affectsState: true,
  async run(engine, ctx, call) {
    const input = await readCall(engine, ctx, call, INPUTS);
    return resourceAnswer(await inTransaction(engine, ctx, (inner) => engine.terminology.closure(input, inner)));
  },
};
