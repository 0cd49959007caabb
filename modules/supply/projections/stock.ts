import { defineProjection } from '#sdk';
import { faults } from '../faults.ts';
import { projectBalances } from './balances.ts';
import { projectMasterData } from './master-data.ts';
import { DDL, TABLES } from './tables.ts';

/**
 * The stock: what the ledger (SupplyDelivery), requests, lots, products, policies and places say together. One projection,
 * so that one statement can look at all of them.
 */
export const stock = defineProjection<
  'SupplyDelivery' | 'SupplyRequest' | 'Medication' | 'MedicationKnowledge' | 'Basic' | 'Location'
>({
  name: 'supply.stock',
  version: 1,
  on: ['SupplyDelivery', 'SupplyRequest', 'Medication', 'MedicationKnowledge', 'Basic', 'Location'],
  tables: TABLES,
  ddl: DDL,
  constraints: {
    balance_not_negative: () => faults.insufficientStock(),
    balance_reserved: () => faults.reservedStock(),
    one_lot_per_number: () => faults.duplicateLot(),
    one_policy_per_place: () => faults.duplicatePolicy(),
  },
  async project(images, tables) {
    await projectMasterData(images, tables);
    await projectBalances(images, tables);
  },
});
