import type { BotContext, Fault, Stored } from '#sdk';
import { FAULT_SYSTEM, TASK_SYSTEM } from '../names.ts';
import type { Dose } from './dose.ts';

type Task = Stored<'Task'>;

/** Tasks about doses that were given and could not be charged, not done with. */
export const MISSING = `code=${encodeURIComponent(`${TASK_SYSTEM}|charge-missing`)}&status=requested,accepted,in-progress,on-hold`;

const OVER: readonly Task['status'][] = ['completed', 'rejected', 'cancelled', 'failed', 'entered-in-error'];

/** Somebody has to see to it that a dose can be charged; the reason is what stands against it now. */
export async function tellMissing(
  dose: Dose,
  stay: Stored<'Encounter'>,
  refusal: Fault,
  clinic: BotContext,
): Promise<void> {
  const reason = { coding: [{ system: FAULT_SYSTEM, code: refusal.code }] };
  const task = await clinic.createOnce<'Task'>(`charge-missing|MedicationAdministration/${dose.id}`, {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: TASK_SYSTEM, code: 'charge-missing' }] },
    focus: { reference: `MedicationAdministration/${dose.id}` },
    for: dose.subject,
    encounter: { reference: `Encounter/${stay.id}` },
    authoredOn: clinic.now().toISOString(),
    reasonCode: reason,
    description: refusal.issues[0]?.text ?? refusal.code,
  });
  const isDone = (status: Task['status']): boolean => status === 'completed' || status === 'cancelled';
  // Whoever rejected it has decided.
  if (OVER.includes(task.status) && !isDone(task.status)) return;
  if (task.reasonCode?.coding?.[0]?.code === refusal.code && !isDone(task.status)) return;
  await clinic.change('Task', task.id, (current) => ({
    ...current,
    status: isDone(current.status) ? 'requested' : current.status,
    reasonCode: reason,
    description: refusal.issues[0]?.text ?? refusal.code,
    lastModified: clinic.now().toISOString(),
  }));
}

/** A dose that is on a bill was not given: its charge is credited by whoever issues bills. */
export async function tellCredit(charge: Stored<'ChargeItem'>, clinic: BotContext): Promise<void> {
  await clinic.createOnce<'Task'>(`charge-credit|ChargeItem/${charge.id}`, {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: TASK_SYSTEM, code: 'charge-credit' }] },
    focus: { reference: `ChargeItem/${charge.id}` },
    for: charge.subject,
    authoredOn: clinic.now().toISOString(),
    description: 'What was charged here, and is on a bill, was not given. Credit it.',
  });
}

/** What was missing of a dose is there, or is not needed any more. */
export async function closeTask(dose: string, status: 'completed' | 'cancelled', clinic: BotContext): Promise<void> {
  for (const task of await clinic.search('Task', `${MISSING}&focus=MedicationAdministration/${dose}`)) {
    await clinic.change('Task', task.id, (current) =>
      OVER.includes(current.status) ? current : { ...current, status, lastModified: clinic.now().toISOString() },
    );
  }
}
