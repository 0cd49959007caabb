/** What other modules may use of medication: `#modules/medications`. */
export { controlledSchedule, type ControlledSchedule } from './controlled-schedule.ts';
export { INPATIENT_ORDER, isInpatient, isOurs, PRESCRIPTION, REMAINING } from './order.ts';
export { isOrderedDrug } from './ordered-drug.ts';
export { DUE_TIME } from './projections/doses.ts';
export { prescriptionLock, remainingQuantity, type RemainingQuantity } from './remaining-quantity.ts';
export { isTask, MEDICATION_TASK, taskCode, type MedicationTask } from './tasks.ts';
