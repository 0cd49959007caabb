import { compareDecimals, defineOperation, type ClinicTransaction, type OperationContext, type Stored } from '#sdk';
import { faults } from '../faults.ts';
import { isInpatient } from '../order.ts';
import { remainingQuantity } from '../remaining-quantity.ts';
import { isOver, refillState, taskCode, tasksOf, type Task } from '../tasks.ts';
import { requesterOf } from '../transmission.ts';

export const refill = defineOperation({
  code: 'refill',
  title: 'Ask for more of a prescription',
  text: 'A Task: for the pharmacy where the prescription has something left, for its prescriber where it has not. Asked again while that is open, it is the same Task.',
  levels: ['instance'],
  types: ['MedicationRequest'],
  affectsState: true,
  input: { note: { type: 'string', text: 'For whoever decides.' } },
  output: { return: { type: 'Resource', min: 1, text: 'The Task.' } },
  async run(context, { id = '', input }) {
    // Patients see the prescription, and may ask; they write no Tasks.
    return context.asServer(async (clinic) => {
      await clinic.lock(`refill|${id}`);
      const order = await clinic.read('MedicationRequest', id);
      if (order === undefined || (order.status !== 'active' && order.status !== 'completed')) {
        throw faults.notRefillable(order?.status ?? 'not there');
      }
      if (isInpatient(order)) throw faults.inpatientRefill();
      const open = (await tasksOf(clinic, id, 'refill')).find((task) => !isOver(task));
      return open ?? clinic.create<'Task'>(await requestOf(order, input.note, clinic, context));
    });
  },
});

async function requestOf(
  order: Stored<'MedicationRequest'>,
  note: string | undefined,
  clinic: ClinicTransaction,
  context: OperationContext,
): Promise<Task> {
  const { remaining = '0' } = await remainingQuantity({ ...context, projection: clinic.projection }, order);
  const isLeft = order.status === 'active' && compareDecimals(remaining, '0') > 0;
  const now = context.now().toISOString();
  return {
    resourceType: 'Task',
    intent: 'proposal',
    code: taskCode('refill'),
    focus: { reference: `MedicationRequest/${order.id}` },
    for: order.subject,
    authoredOn: now,
    ...requesterOf(context),
    ...(note === undefined ? {} : { note: [{ time: now, text: note }] }),
    ...(isLeft ? await forPharmacy(order, clinic) : forPrescriber(order)),
  };
}

async function forPharmacy(
  order: Stored<'MedicationRequest'>,
  clinic: ClinicTransaction,
): Promise<Pick<Task, 'status' | 'businessStatus' | 'owner' | 'location'>> {
  const sent = (await tasksOf(clinic, order.id, 'transmit')).find(({ status }) => status !== 'cancelled');
  const owner = sent?.owner ?? order.dispenseRequest?.performer;
  return {
    status: 'accepted',
    businessStatus: refillState('ready-to-dispense'),
    ...(owner === undefined ? {} : { owner }),
    ...(sent?.location === undefined ? {} : { location: sent.location }),
  };
}

function forPrescriber({ requester }: Stored<'MedicationRequest'>): Pick<Task, 'status' | 'businessStatus' | 'owner'> {
  const isPrescriber = /^Practitioner(Role)?\//.test(requester?.reference ?? '');
  return {
    status: 'requested',
    businessStatus: refillState('approval-needed'),
    ...(isPrescriber && requester?.reference !== undefined ? { owner: { reference: requester.reference } } : {}),
  };
}
