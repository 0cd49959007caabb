import type { Operation } from '../../fhir/operations/operation.ts';
import { addAgentCondition } from '../serve/search-parameters.ts';
import { accessPart } from './access-part.ts';
import { agentNames } from './agent-names.ts';
import { expectScope } from './expect-scope.ts';
import { readReport, reportAnswer } from './report-input.ts';

export const userActivity: Operation = {
  code: 'user-activity',
  definition: 'https://athanor.health/fhir/OperationDefinition/user-activity',
  text: 'What a person has done with data here, newest first; also what was refused. Takes start, end, _count.',
  levels: ['instance'],
  types: ['Practitioner', 'RelatedPerson', 'Patient'],
  affectsState: false,
  async run(engine, ctx, call) {
    expectScope(ctx, undefined);
    const reference = `${call.type}/${call.id}`;
    const { records, next } = await readReport(engine, ctx, call, 'all', (conditions) => {
      addAgentCondition(conditions, [reference]);
    });
    ctx.audit.note({
      action: 'E',
      interaction: '$user-activity',
      ...(call.type === undefined ? {} : { type: call.type }),
    });
    const names = await agentNames(engine, ctx, [reference]);
    const parts = records.map((record) => {
      const { name, part = [] } = accessPart(record, names);
      return { name, part: [...part, { name: 'outcome', valueCode: String(record.outcome) }] };
    });
    return reportAnswer(parts, next);
  },
};
