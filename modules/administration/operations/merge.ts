import { defineOperation, type ClinicTransaction, type OperationContext, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { holdCharts, movable, storeMoved, type Charts, type MovedResource } from '../merge/charts.ts';
import { inheritedIdentifiers } from '../merge/identifiers.ts';
import { replacedBy } from '../merge/link.ts';
import { endReview, mergeProvenance, mergeTask } from '../merge/record.ts';

/** Names of parameters as in https://hl7.org/fhir/R5/patient-operation-merge.html */
export const merge = defineOperation({
  code: 'merge',
  title: 'Merge two patients',
  text: 'Two charts are of one person: everything that refers to the source refers to the target from then on, all at once. The source stays, inactive and replaced by the target. $unmerge undoes it.',
  levels: ['type'],
  types: ['Patient'],
  affectsState: true,
  input: {
    'source-patient': { type: 'Reference', min: 1, text: 'The patient who is not used any more.' },
    'target-patient': { type: 'Reference', min: 1, text: 'The patient who stays.' },
    preview: { type: 'boolean', text: 'Only tell what would be done.' },
  },
  output: {
    result: { type: 'Resource', min: 1, text: 'The target.' },
    moved: { type: 'integer', min: 1, text: 'How many resources refer to the target instead of the source.' },
    type: { type: 'string', max: '*', text: 'How many of them are of a type: Observation 12.' },
    task: { type: 'Reference', text: 'The Task that tells what was done; none for a preview.' },
  },
  async run(context, { input }) {
    const source = await context.resolve(input['source-patient'], 'Patient');
    const target = await context.resolve(input['target-patient'], 'Patient');
    if (source === undefined || target === undefined) throw faults.mergeUnknown();
    return context.asServer(async (clinic) => {
      const charts = await holdCharts(clinic, [source.id, target.id]);
      if (input.preview === true) return { result: charts.target, ...counted(await movable(clinic, charts)) };
      return mergeCharts(context, clinic, charts);
    });
  },
});

async function mergeCharts(
  context: OperationContext,
  clinic: ClinicTransaction,
  charts: Charts,
): Promise<Readonly<Record<string, unknown>>> {
  const [source, target] = [`Patient/${charts.source.id}`, `Patient/${charts.target.id}`];
  const now = context.now().toISOString();
  const moved = await movable(clinic, charts);
  // Rules that freeze resources let references go where the source says that it is replaced.
  await clinic.update({ ...replacedBy(charts.source, target), id: charts.source.id });
  const identifiers = inheritedIdentifiers(charts.source, charts.target);
  const result = await clinic.update(survivor(charts, identifiers));
  await storeMoved(clinic, moved);
  const task = await clinic.create(mergeTask({ source, target }, { identifiers, moved }, context.actor, now));
  const reference = `Task/${task.id}`;
  await endReview(clinic, [source, target]);
  await clinic.create(mergeProvenance('merge', [target, source, reference], context.actor, now));
  return { result, ...counted(moved), task: { reference } };
}

function survivor({ source, target }: Charts, identifiers: ReturnType<typeof inheritedIdentifiers>): Stored<'Patient'> {
  const { link = [], identifier = [] } = target;
  return {
    ...target,
    ...(identifier.length + identifiers.length === 0 ? {} : { identifier: [...identifier, ...identifiers] }),
    link: [...link, { other: { reference: `Patient/${source.id}` }, type: 'replaces' }],
  };
}

function counted(moved: readonly MovedResource[]): { readonly moved: number; readonly type: readonly string[] } {
  const counts = new Map<string, number>();
  for (const { resource } of moved) counts.set(resource.resourceType, (counts.get(resource.resourceType) ?? 0) + 1);
  return { moved: moved.length, type: [...counts].sort().map(([type, count]) => `${type} ${count}`) };
}
