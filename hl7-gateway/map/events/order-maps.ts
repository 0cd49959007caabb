import type { MessageMap } from '../map-context.ts';
import { CHARGE_MAPS } from './charges.ts';
import { REQUEST_MAPS } from './orders.ts';
import { PRESCRIPTION_MAPS } from './prescriptions.ts';
import { RESULT_MAPS } from './results.ts';
import { VACCINATION_MAPS } from './vaccinations.ts';

/** Maps of orders, results, immunizations, prescriptions and charges. */
export const ORDER_MAPS: readonly MessageMap[] = [
  ...RESULT_MAPS,
  ...REQUEST_MAPS,
  ...VACCINATION_MAPS,
  ...PRESCRIPTION_MAPS,
  ...CHARGE_MAPS,
];
