import { defineOperation } from '#sdk';
import { TRANSIT } from '../accounts.ts';
import { parameters } from '../answer.ts';
import { faults } from '../faults.ts';
import { movementIn } from '../movement.ts';
import { structure } from '../names.ts';
import { deliveryOf } from '../post.ts';
import { stockTask } from '../task.ts';

export const arrive = defineOperation({
  code: 'arrive',
  title: 'Receive a transfer',
  text: 'Stock that was on its way is there. What is missing leaves the ledger as lost on its way, and becomes a Task.',
  levels: ['instance'],
  types: ['SupplyDelivery'],
  affectsState: true,
  input: { received: { type: 'integer', text: 'Base units that arrived; default all that were sent.' } },
  output: {
    return: { type: 'Resource', min: 1, text: 'Parameters: "movement" (the transfer, and what is missing), "task".' },
  },
  async run(context, { id = '', input }) {
    return context.inTransaction(async (clinic) => {
      const now = context.now();
      const sent = await clinic.read('SupplyDelivery', id);
      const movement = movementIn(sent);
      if (sent === undefined || movement?.status !== 'in-progress') throw faults.notInTransit();
      const received = input.received ?? movement.quantity;
      if (received < 0 || received > movement.quantity) throw faults.badReceived();
      const missing = movement.quantity - received;
      const extension = { url: structure('movement-received'), valueUnsignedInt: received };
      const arrived = {
        ...sent,
        status: 'completed' as const,
        occurrencePeriod: { ...sent.occurrencePeriod, end: now.toISOString() },
        extension: [...(sent.extension ?? []), ...(missing === 0 ? [] : [extension])],
      };
      const loss = deliveryOf({
        type: 'waste',
        lot: movement.lot,
        quantity: missing,
        origin: TRANSIT,
        reason: 'SHORT_RECEIPT',
        partOf: id,
      });
      const discrepancy = stockTask({
        code: 'discrepancy',
        focus: `SupplyDelivery/${id}`,
        description: `${movement.quantity} were sent, ${received} arrived.`,
        location: `Location/${movement.destination}`,
        at: now,
      });
      const stored = await clinic.transaction([
        {
          resource: arrived,
          request: { method: 'PUT', url: `SupplyDelivery/${id}`, ifMatch: `W/"${sent.meta.versionId}"` },
        },
        ...(missing === 0
          ? []
          : [
              { resource: loss, request: { method: 'POST', url: 'SupplyDelivery' } as const },
              { resource: discrepancy, request: { method: 'POST', url: 'Task' } as const },
            ]),
      ]);
      return parameters(
        stored.flatMap((resource) =>
          resource === undefined ? [] : [{ name: resource.resourceType === 'Task' ? 'task' : 'movement', resource }],
        ),
      );
    });
  },
});
