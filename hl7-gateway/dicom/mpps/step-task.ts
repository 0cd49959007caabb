import type { JsonObject } from '../../../server/kernel/json.ts';
import { partsOf, taskCode, taskPart } from '../../deliver/tasks/task.ts';
import { objectsOf, stringOf } from '../worklist/fhir-elements.ts';
import type { StepFacts } from './step-facts.ts';
import { stepIdentifier } from './step-procedure.ts';

const ROLES = 'https://athanor.health/fhir/CodeSystem/clinic-role';

const TEXTS = {
  'no-order': 'A modality performs a step for which there is no order.',
  'other-patient': 'A modality performs a step of an order for somebody who is not the patient of that order.',
} as const;

/** A step that nobody ordered, or not for this patient: a person finds out whose it is. The step's course is kept in it. */
export function stepTask(
  uid: string,
  facts: StepFacts,
  { problem, endpoint, now }: { readonly problem: keyof typeof TEXTS; readonly endpoint: string; readonly now: number },
): JsonObject {
  const [first] = facts.scheduled;
  const inputs = [
    ['partner', endpoint],
    ['study', first?.studyUid ?? ''],
    ['accession', first?.accession ?? ''],
    ['patient-number', facts.patientId],
    ['step-status', facts.status ?? ''],
    ['step-start', facts.start ?? ''],
  ] as const;
  return {
    resourceType: 'Task',
    identifier: [stepIdentifier(uid)],
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: taskCode('step-unmatched'),
    description: TEXTS[problem],
    authoredOn: new Date(now).toISOString(),
    performerType: [{ coding: [{ system: ROLES, code: 'manager' }] }],
    input: inputs.filter(([, value]) => value !== '').map(([code, value]) => taskPart(code, { valueString: value })),
  };
}

/** The Task after an N-SET: how the step stands now. */
export function changedTask(task: JsonObject, { status, end }: StepFacts): JsonObject {
  const told = [
    ['step-status', status ?? ''],
    ['step-end', end ?? ''],
  ] as const;
  const news = told.filter(([, value]) => value !== '');
  const isOld = (part: JsonObject): boolean => news.some(([code]) => partsOf([part], code).length > 0);
  const kept = objectsOf(task.input).filter((part) => !isOld(part));
  return { ...task, input: [...kept, ...news.map(([code, value]) => taskPart(code, { valueString: value }))] };
}

/** `IN PROGRESS`, … of the step that a Task is about. */
export function stepStatusOf(task: JsonObject): string {
  return stringOf(partsOf(task.input, 'step-status')[0]?.valueString);
}
