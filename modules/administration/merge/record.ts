import type { Actor, ClinicTransaction, ResourceOf, Stored } from '#sdk';
import type { MovedResource } from './charts.ts';
import { hasTaskCode, TASK_SYSTEM, taskCode } from './task-code.ts';

type Identifier = NonNullable<ResourceOf<'Patient'>['identifier']>[number];

/** What a merge did, as far as it is undone. */
export interface MergeRecord {
  readonly identifiers: readonly Identifier[];
  /** Paths of references that were moved, by `Type/id`. */
  readonly moved: ReadonlyMap<string, readonly string[]>;
}

/** The Task that tells of a merge. Resources are named by texts: a reference would keep them from ever being deleted. */
export function mergeTask(
  { source, target }: { readonly source: string; readonly target: string },
  { identifiers, moved }: { readonly identifiers: readonly Identifier[]; readonly moved: readonly MovedResource[] },
  { reference }: Actor,
  now: string,
): ResourceOf<'Task'> {
  const output = [
    ...identifiers.map((valueIdentifier) => ({ type: taskCode('added-identifier'), valueIdentifier })),
    ...moved.flatMap(({ resource, paths }) =>
      paths.map((path) => ({
        type: taskCode('moved-reference'),
        valueString: `${resource.resourceType}/${resource.id} ${path}`,
      })),
    ),
  ];
  return {
    resourceType: 'Task',
    status: 'completed',
    intent: 'order',
    code: taskCode('merge'),
    focus: { reference: source },
    for: { reference: target },
    authoredOn: now,
    ...(reference === undefined ? {} : { requester: { reference } }),
    ...(output.length === 0 ? {} : { output }),
  };
}

/** Ends the review of two patients who seemed to be one, once they are. */
export async function endReview(clinic: ClinicTransaction, patients: readonly [string, string]): Promise<void> {
  const [first = '', second = ''] = [...patients].sort();
  const query = `code=${TASK_SYSTEM}|duplicate-review&status=requested&focus=${first}&patient=${second}`;
  for (const task of await clinic.search('Task', query)) await clinic.update({ ...task, status: 'completed' });
}

/** The Task of the merge by which a patient was replaced and that was not undone. */
export async function findMergeTask(clinic: ClinicTransaction, source: string): Promise<Stored<'Task'> | undefined> {
  const tasks = await clinic.search('Task', `code=${TASK_SYSTEM}|merge&focus=${source}&_sort=-_lastUpdated`);
  return tasks.find(({ businessStatus }) => !hasTaskCode(businessStatus, 'undone'));
}

export function readMergeTask({ output = [] }: ResourceOf<'Task'>): MergeRecord {
  const identifiers = output.flatMap(({ valueIdentifier }) => (valueIdentifier === undefined ? [] : [valueIdentifier]));
  const moved = new Map<string, string[]>();
  for (const { valueString = '' } of output) {
    const [name = '', path] = valueString.split(' ');
    if (path !== undefined) moved.set(name, [...(moved.get(name) ?? []), path]);
  }
  return { identifiers, moved };
}

/** https://terminology.hl7.org/CodeSystem-iso-21089-lifecycle.html */
export function mergeProvenance(
  code: 'merge' | 'unmerge',
  targets: readonly string[],
  { reference }: Actor,
  now: string,
): ResourceOf<'Provenance'> {
  return {
    resourceType: 'Provenance',
    target: targets.map((each) => ({ reference: each })),
    recorded: now,
    activity: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle', code }] },
    agent: [{ who: reference === undefined ? { display: 'Athanor' } : { reference } }],
  };
}
