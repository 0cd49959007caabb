import { compareDecimals, type ClinicTransaction, type Stored } from '#sdk';
import { remainingQuantity } from '#modules/medications';
import { codeSystem } from '../names.ts';

const OPEN = 'requested,received,accepted,in-progress,ready';

/** What was sent to the pharmacy is done when nothing is left to be dispensed, and under way until then. */
export async function completeTransmit(
  clinic: ClinicTransaction,
  tenant: number,
  order: Stored<'MedicationRequest'>,
  dispense: Stored<'MedicationDispense'>,
): Promise<void> {
  const code = encodeURIComponent(`${codeSystem('medication-task')}|transmit`);
  const tasks = await clinic.search('Task', `code=${code}&focus=MedicationRequest/${order.id}&status=${OPEN}`);
  if (tasks.length === 0) return;
  const { remaining } = await remainingQuantity({ tenant, projection: clinic.projection }, order);
  const status = remaining !== undefined && compareDecimals(remaining, '0') <= 0 ? 'completed' : 'in-progress';
  for (const { id } of tasks) {
    await clinic.change('Task', id, (task) => ({
      ...task,
      status,
      output: [
        ...(task.output ?? []),
        { type: { text: 'Dispensed' }, valueReference: { reference: `MedicationDispense/${dispense.id}` } },
      ],
    }));
  }
}
