import type { ModuleCode } from '#sdk';
import { doseCharge } from './bots/dose-charge.ts';
import { missingCharges } from './bots/missing-charges.ts';
import { apply } from './operations/apply.ts';
import { doseCharges } from './projections/dose-charges.ts';
import { charge } from './rules/charge.ts';
import { invoice } from './rules/invoice.ts';
import { priceDefinition } from './rules/price-definition.ts';

export const code: ModuleCode = {
  rules: [priceDefinition, charge, invoice],
  operations: [apply],
  projections: [doseCharges],
  bots: [doseCharge, missingCharges],
};
