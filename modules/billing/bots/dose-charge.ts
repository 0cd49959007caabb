import { defineBot } from '#sdk';
import { chargeDose } from '../charge/charge-dose.ts';

/** What happened meanwhile counts, not what the event says: events are repeated, and come late. */
export const doseCharge = defineBot<'MedicationAdministration'>({
  name: 'dose-charge',
  title: 'Charges doses that were given to the account of the stay',
  on: { criteria: 'MedicationAdministration', interactions: ['create', 'update'] },
  run: ({ resourceId }, clinic) => chargeDose(resourceId, clinic),
});
