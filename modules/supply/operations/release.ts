import { defineOperation } from '#sdk';
import { faults } from '../faults.ts';
import { release as setFree } from '../reservation.ts';

export const release = defineOperation({
  code: 'release',
  title: 'Release a reservation',
  text: 'What was reserved and not used is free again.',
  levels: ['instance'],
  types: ['SupplyRequest'],
  affectsState: true,
  input: {},
  output: { return: { type: 'Resource', min: 1, text: 'The reservation as it is now.' } },
  async run(context, { id = '' }) {
    const released = await setFree(context, id);
    if (released === undefined) throw faults.notAReservation();
    return released;
  },
});
