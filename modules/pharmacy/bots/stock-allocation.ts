import { decimalText, defineBot, Fault, type BotContext, type Stored } from '#sdk';
import { allocate, inBaseUnits, productIn, productOf, type StockWish } from '#modules/supply';
import { allocationIdentifier, reservationsOf } from '../dispensing/reservations-of.ts';
import { codeSystem } from '../names.ts';
import { localName } from '../vault/moved.ts';

const SENT = `${codeSystem('medication-task')}|transmit`;

/** Keeps stock for a prescription that was sent to a pharmacy here: the lots that expire first, until they are collected. */
export const stockAllocation = defineBot<'Task'>({
  name: 'stock-allocation',
  title: 'Reserves stock for prescriptions',
  on: { criteria: `Task?code=${SENT}&status=requested` },
  async run({ resource: task }, clinic) {
    const order = await clinic.resolve(task?.focus, 'MedicationRequest');
    const location = localName(task?.location);
    if (task === undefined || order?.status !== 'active' || location === '') return;
    try {
      await clinic.inTransaction(async (inner) => {
        await inner.lock(`stock-allocation|${order.id}`);
        const name = `MedicationRequest/${order.id}`;
        if ((await reservationsOf(inner, name)).length > 0) return;
        const wish = await wishOf(order, location, clinic);
        if (wish === undefined) return;
        const [plan] = await allocate(inner, [wish]);
        const reserved: NonNullable<Stored<'Task'>['output']> = [];
        for (const { lot, quantity } of plan?.lots ?? []) {
          const request = await inner.create({
            resourceType: 'SupplyRequest',
            identifier: [allocationIdentifier(name)],
            status: 'active',
            category: { coding: [{ system: codeSystem('supply-category'), code: 'reservation' }] },
            itemReference: { reference: `Medication/${lot}` },
            quantity: { value: quantity },
            deliverFrom: { reference: location },
          });
          reserved.push({
            type: { text: 'Reservation' },
            valueReference: { reference: `SupplyRequest/${request.id}` },
          });
        }
        await inner.change('Task', task.id, (before) => ({
          ...withoutStatusReason(before),
          status: 'accepted',
          output: [...(before.output ?? []), ...reserved],
        }));
      });
    } catch (error) {
      // Not enough, or nothing that can be counted: somebody at the pharmacy has to look at it.
      if (!(error instanceof Fault) || error.status >= 500) throw error;
      await clinic.change('Task', task.id, (before) => ({ ...before, statusReason: { text: error.message } }));
    }
  },
});

async function wishOf(
  order: Stored<'MedicationRequest'>,
  location: string,
  clinic: BotContext,
): Promise<StockWish | undefined> {
  const knowledge = await productOf(clinic, order);
  const product = productIn(knowledge);
  const { quantity } = order.dispenseRequest ?? {};
  const value = decimalText(quantity, 'value');
  if (product === undefined || value === undefined) return undefined;
  return {
    location: location.replace('Location/', ''),
    product: product.id,
    quantity: inBaseUnits(value, quantity?.code, product),
    at: clinic.now(),
  };
}

function withoutStatusReason({ statusReason: _reason, ...task }: Stored<'Task'>): Omit<Stored<'Task'>, 'statusReason'> {
  return task;
}
