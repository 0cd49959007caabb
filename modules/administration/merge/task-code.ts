import type { ResourceOf } from '#sdk';

type CodeableConcept = NonNullable<ResourceOf<'Task'>['code']>;

export const TASK_SYSTEM = 'https://athanor.health/fhir/CodeSystem/administration-task';

export function taskCode(
  code: 'duplicate-review' | 'merge' | 'moved-reference' | 'added-identifier' | 'undone',
): CodeableConcept {
  return { coding: [{ system: TASK_SYSTEM, code }] };
}

export function hasTaskCode(concept: CodeableConcept | undefined, wanted?: string): boolean {
  const codings = concept?.coding ?? [];
  return codings.some(({ system, code }) => system === TASK_SYSTEM && (wanted === undefined || code === wanted));
}
