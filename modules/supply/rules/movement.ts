import { isMergeRelink } from '#modules/administration';
import { defineRule } from '#sdk';
import { completedMovement } from '../completed-movement.ts';
import { faults } from '../faults.ts';
import { claimsToBeMovement, movementIn } from '../movement.ts';
import { checkForm, checkStep } from '../movement-form.ts';
import { checkInLedger } from '../movement-in-ledger.ts';
import { refuseHiddenMovement } from '../hidden-movement.ts';

/** The ledger: what a movement must be, and that none is changed or lost. */
export const movement = defineRule({
  name: 'stock-movement',
  on: 'SupplyDelivery',
  async change({ before, after }, context) {
    if (after === undefined) return;
    const was = movementIn(before);
    if (was !== undefined && before !== undefined) {
      if (!(await isMergeRelink({ before, after }, context))) checkStep(before, after, was, context.now());
      return;
    }
    if (!claimsToBeMovement(after)) {
      await refuseHiddenMovement(after, context);
      return;
    }
    const completed = await completedMovement(after, context);
    checkForm(completed, context.now());
    return completed;
  },
  async check({ before, after }, context) {
    if (after === undefined) {
      if (movementIn(before) !== undefined) throw faults.keepsItsPlace();
      return;
    }
    const is = movementIn(after);
    if (is === undefined) {
      await refuseHiddenMovement(after, context);
      return;
    }
    await checkInLedger(is, movementIn(before), after, context);
  },
});
