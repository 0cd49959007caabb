import type { Operation } from '../../fhir/operations/operation.ts';
import { addPatientCondition } from '../serve/search-parameters.ts';
import { accessPart } from './access-part.ts';
import { agentNames } from './agent-names.ts';
import { expectScope } from './expect-scope.ts';
import { readReport, reportAnswer } from './report-input.ts';

export const accessReport: Operation = {
  code: 'access-report',
  definition: 'https://athanor.health/fhir/OperationDefinition/access-report',
  text: 'Who has read, found or changed data of the patient, when and why; newest first. Takes start, end, _count.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: false,
  async run(engine, ctx, call) {
    const { id = '' } = call;
    expectScope(ctx, id);
    const { records, next } = await readReport(engine, ctx, call, new Set([id]), (conditions) => {
      addPatientCondition(conditions, [`Patient/${id}`]);
      conditions.add(() => `outcome = 0 and kind in ('rest', 'disclosure')`);
    });
    ctx.audit.note({ action: 'E', interaction: '$access-report', type: 'Patient', id });
    const names = await agentNames(
      engine,
      ctx,
      records.map(({ who }) => who.user),
    );
    return reportAnswer(
      records.map((record) => accessPart(record, names)),
      next,
    );
  },
};
