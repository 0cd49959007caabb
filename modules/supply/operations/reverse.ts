import { defineOperation } from '#sdk';
import { checkedAmount } from '../amount.ts';
import { faults } from '../faults.ts';
import { movementIn } from '../movement.ts';
import { post } from '../post.ts';

export const reverse = defineOperation({
  code: 'reverse',
  title: 'Take a movement back',
  text: 'Enters the opposite of a completed movement, as a whole or in part. The movement itself stays as it is.',
  levels: ['instance'],
  types: ['SupplyDelivery'],
  affectsState: true,
  input: {
    quantity: { type: 'integer', text: 'Base units; default all of them.' },
    reason: { type: 'code', min: 1, text: 'Code of CodeSystem movement-reason.' },
  },
  output: { return: { type: 'Resource', min: 1, text: 'The reversal, a SupplyDelivery.' } },
  async run(context, { id = '', input }) {
    const delivery = await context.read('SupplyDelivery', id);
    const movement = movementIn(delivery);
    if (movement === undefined) throw faults.badReversal();
    if (movement.type === 'reversal') throw faults.reversalOfReversal();
    const quantity = input.quantity === undefined ? movement.received : checkedAmount(input.quantity);
    const [reversal] = await post(context, [
      {
        type: 'reversal',
        lot: movement.lot,
        quantity,
        origin: movement.destination,
        destination: movement.origin,
        reason: input.reason,
        reverses: id,
        basedOn: movement.basedOn,
        patient: delivery?.patient?.reference,
      },
    ]);
    if (reversal === undefined) throw new Error('a movement that was entered is answered');
    return reversal;
  },
});
