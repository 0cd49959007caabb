import { defineOperation, type ClinicTransaction, type OperationContext, type Stored, type TypeName } from '#sdk';
import { faults } from '../faults.ts';
import { moved, storeMoved, type MovedResource } from '../merge/charts.ts';
import { withoutIdentifiers } from '../merge/identifiers.ts';
import { independentOf, survivorOf } from '../merge/link.ts';
import { findMergeTask, mergeProvenance, readMergeTask, type MergeRecord } from '../merge/record.ts';
import { taskCode } from '../merge/task-code.ts';

export const unmerge = defineOperation({
  code: 'unmerge',
  title: 'Take two patients apart',
  text: 'Undoes a $merge: the patient is active again, and what was moved comes back. What was written for the other patient since stays there.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: true,
  input: {},
  output: {
    result: { type: 'Resource', min: 1, text: 'The patient as one of their own.' },
    moved: { type: 'integer', min: 1, text: 'How many resources came back.' },
    left: {
      type: 'string',
      max: '*',
      text: 'Where a reference did not come back, as the resource was changed there or deleted since: Observation/1 subject.',
    },
  },
  run: (context, { id = '' }) => context.asServer((clinic) => takeApart(context, clinic, id)),
});

async function takeApart(
  context: OperationContext,
  clinic: ClinicTransaction,
  id: string,
): Promise<Readonly<Record<string, unknown>>> {
  const target = await survivorNow(clinic, id);
  await clinic.lock(`chart ${id}`, `chart ${target.id}`);
  const source = await clinic.read('Patient', id);
  const task = await findMergeTask(clinic, `Patient/${id}`);
  // Somebody else may have been faster.
  if (source === undefined || task === undefined || (await survivorNow(clinic, id)).id !== target.id)
    throw faults.notMerged();
  const record = readMergeTask(task);
  const now = context.now().toISOString();
  const [from, to] = [`Patient/${target.id}`, `Patient/${source.id}`];
  const result = await clinic.update({ ...independentOf(source, from), id });
  await clinic.update({ ...withoutIdentifiers(withoutLink(target, to), record.identifiers), id: target.id });
  const back = await comingBack(clinic, record, { from, to });
  await storeMoved(clinic, back.moved);
  await clinic.update({ ...task, businessStatus: taskCode('undone') });
  await clinic.create(mergeProvenance('unmerge', [to, from, `Task/${task.id}`], context.actor, now));
  return { result, moved: back.moved.length, left: back.left };
}

/** @throws Fault 422 when the patient was not merged into another one */
async function survivorNow(clinic: ClinicTransaction, id: string): Promise<Stored<'Patient'>> {
  const source = await clinic.read('Patient', id);
  const target = source && (await clinic.resolve({ reference: survivorOf(source) }, 'Patient'));
  if (target === undefined) throw faults.notMerged();
  return target;
}

async function comingBack(
  clinic: ClinicTransaction,
  record: MergeRecord,
  move: { readonly from: string; readonly to: string },
): Promise<{ readonly moved: readonly MovedResource[]; readonly left: readonly string[] }> {
  const resources: MovedResource[] = [];
  const left: string[] = [];
  for (const [name, paths] of record.moved) {
    const [type = '', id = ''] = name.split('/');
    const resource = await clinic.read(type as TypeName, id);
    const back = resource === undefined ? [] : await moved(clinic, resource, move, paths);
    resources.push(...back);
    const done = back.flatMap((each) => each.paths);
    left.push(...paths.filter((path) => !done.includes(path)).map((path) => `${name} ${path}`));
  }
  return { moved: resources, left };
}

function withoutLink(target: Stored<'Patient'>, source: string): Stored<'Patient'> {
  const { link = [], ...rest } = target;
  const links = link.filter(({ type, other }) => type !== 'replaces' || other.reference !== source);
  return links.length === 0 ? rest : { ...rest, link: links };
}
