import type { ClinicReader, ResourceOf, Stored } from '#sdk';
import { CANONICAL } from './order.ts';

export type Task = ResourceOf<'Task'>;

export const MEDICATION_TASK = `${CANONICAL}/CodeSystem/medication-task`;
const REFILL_STATE = `${CANONICAL}/CodeSystem/refill-state`;

export type MedicationTask = 'transmit' | 'cancel' | 'refill' | 'refill-due' | 'overdue-dose';

/** Tasks that are done with, well or not. */
const OVER: readonly string[] = ['completed', 'rejected', 'cancelled', 'failed', 'entered-in-error'];

export function isOver({ status }: Pick<Task, 'status'>): boolean {
  return OVER.includes(status);
}

export function isTask({ code }: Task, kind: MedicationTask): boolean {
  return code?.coding?.some(({ system, code: each }) => system === MEDICATION_TASK && each === kind) ?? false;
}

export function taskCode(kind: MedicationTask): NonNullable<Task['code']> {
  return { coding: [{ system: MEDICATION_TASK, code: kind }] };
}

export function refillState(code: 'approval-needed' | 'ready-to-dispense'): NonNullable<Task['businessStatus']> {
  return { coding: [{ system: REFILL_STATE, code }] };
}

export function hasRefillState({ businessStatus }: Task, code: 'approval-needed' | 'ready-to-dispense'): boolean {
  return businessStatus?.coding?.some((each) => each.system === REFILL_STATE && each.code === code) ?? false;
}

/** Tasks of a kind about an order, oldest first. */
export function tasksOf(reader: ClinicReader, order: string, kind: MedicationTask): Promise<readonly Stored<'Task'>[]> {
  const code = encodeURIComponent(`${MEDICATION_TASK}|${kind}`);
  return reader.search('Task', `focus=MedicationRequest/${order}&code=${code}&_sort=authored-on`);
}
