import type { ModuleCode } from '#sdk';
import { cancelledOrder } from './bots/cancelled-order.ts';
import { doseRecorded } from './bots/dose-recorded.ts';
import { orderCompletion } from './bots/order-completion.ts';
import { overdueDoses } from './bots/overdue-doses.ts';
import { prescriptionDelivery } from './bots/prescription-delivery.ts';
import { refillDue } from './bots/refill-due.ts';
import { remainingQuantityBot } from './bots/remaining-quantity.ts';
import { administer } from './operations/administer.ts';
import { approveRefill } from './operations/approve-refill.ts';
import { cancel } from './operations/cancel.ts';
import { mar } from './operations/mar.ts';
import { medicationHistoryOperation } from './operations/medication-history.ts';
import { reconcile } from './operations/reconcile.ts';
import { refill } from './operations/refill.ts';
import { rejectRefill } from './operations/reject-refill.ts';
import { sign } from './operations/sign.ts';
import { transmit } from './operations/transmit.ts';
import { dispenses } from './projections/dispenses.ts';
import { doses } from './projections/doses.ts';
import { administrationRecord } from './rules/administration-record.ts';
import { dispenseQuantity } from './rules/dispense-quantity.ts';
import { doseGiven } from './rules/dose-given.ts';
import { doseLot } from './rules/dose-lot.ts';
import { doseWitness } from './rules/dose-witness.ts';
import { orderActivation } from './rules/order-activation.ts';
import { orderLifecycle } from './rules/order-lifecycle.ts';
import { pharmacyTask } from './rules/pharmacy-task.ts';
import { refillRequest } from './rules/refill-request.ts';
import { remainingInOrder } from './rules/remaining-quantity.ts';

export const code: ModuleCode = {
  // What is left of an order is known once its status is.
  rules: [
    orderLifecycle,
    orderActivation,
    remainingInOrder,
    dispenseQuantity,
    administrationRecord,
    doseGiven,
    doseLot,
    doseWitness,
    refillRequest,
    pharmacyTask,
  ],
  operations: [
    sign,
    transmit,
    cancel,
    refill,
    approveRefill,
    rejectRefill,
    medicationHistoryOperation,
    reconcile,
    mar,
    administer,
  ],
  projections: [dispenses, doses],
  bots: [
    prescriptionDelivery,
    cancelledOrder,
    remainingQuantityBot,
    orderCompletion,
    refillDue,
    overdueDoses,
    doseRecorded,
  ],
};
