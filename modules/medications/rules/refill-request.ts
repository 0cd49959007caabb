import { defineRule } from '#sdk';
import { mayPrescribe } from '../actors.ts';
import { faults } from '../faults.ts';
import { hasRefillState, isOver, isTask } from '../tasks.ts';

/** Whether a patient gets more of what is used up is decided once, by somebody who may prescribe. */
export const refillRequest = defineRule<'Task'>({
  name: 'refill-request',
  on: 'Task',
  async check({ before, after }, context) {
    if (before === undefined || after === undefined || !isTask(before, 'refill')) return;
    if (isOver(before) && before.status !== after.status && after.status !== 'entered-in-error') {
      throw faults.refillDecided(before.status);
    }
    const isApproved = ['accepted', 'in-progress', 'completed', 'rejected'].includes(after.status);
    const isDecided = isApproved && before.status !== after.status;
    const isFreed = hasRefillState(after, 'ready-to-dispense') && !hasRefillState(before, 'ready-to-dispense');
    if (hasRefillState(before, 'ready-to-dispense') || (!isDecided && !isFreed)) return;
    if (context.actor.kind !== 'server' && !mayPrescribe(context)) throw faults.refillUnapproved();
  },
});
