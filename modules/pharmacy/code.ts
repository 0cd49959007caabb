import type { ModuleCode } from '#sdk';
import { readyForPickup } from './bots/ready-for-pickup.ts';
import { stockAllocation } from './bots/stock-allocation.ts';
import { vaultAnchor } from './bots/vault-anchor.ts';
import { uncollected } from './bots/uncollected.ts';
import { wardConsumption } from './bots/ward-consumption.ts';
import { cancelDispense } from './operations/cancel-dispense.ts';
import { checkout } from './operations/checkout.ts';
import { closeShift } from './operations/close-shift.ts';
import { dischargeReconcile } from './operations/discharge-reconcile.ts';
import { dispense as dispenseOrder } from './operations/dispense.ts';
import { handOver } from './operations/hand-over.ts';
import { returnDispensed } from './operations/return.ts';
import { scan } from './operations/scan.ts';
import { topUp } from './operations/top-up.ts';
import { topUpList } from './operations/top-up-list.ts';
import { vaultCounting } from './operations/vault-count.ts';
import { vaultMove } from './operations/vault-move.ts';
import { verifyVault } from './operations/verify-vault.ts';
import { witness } from './operations/witness.ts';
import { handedOut } from './projections/handed-out.ts';
import { vault } from './projections/vault.ts';
import { controlledInventory } from './reports/controlled-inventory.ts';
import { vaultRegister } from './reports/vault-register.ts';
import { dispense } from './rules/dispense.ts';
import { patientIssue } from './rules/patient-issue.ts';
import { pharmacyRecord } from './rules/pharmacy-record.ts';
import { vaultMovement } from './rules/vault-movement.ts';
import { vaultStays } from './rules/vault-stays.ts';

export const code: ModuleCode = {
  // What a movement is has to be complete before a vault seals it.
  rules: [patientIssue, vaultMovement, dispense, pharmacyRecord, vaultStays],
  operations: [
    dispenseOrder,
    handOver,
    cancelDispense,
    returnDispensed,
    checkout,
    scan,
    topUpList,
    topUp,
    dischargeReconcile,
    witness,
    vaultMove,
    vaultCounting,
    closeShift,
    verifyVault,
  ],
  projections: [handedOut, vault],
  reports: [controlledInventory, vaultRegister],
  bots: [readyForPickup, stockAllocation, uncollected, vaultAnchor, wardConsumption],
};
