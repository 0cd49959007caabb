import type { ModuleCode } from '#sdk';
import { driftCheck } from './bots/drift-check.ts';
import { expiryFlags } from './bots/expiry-flags.ts';
import { reorderDrafts } from './bots/reorder-drafts.ts';
import { reorderSweep } from './bots/reorder-sweep.ts';
import { reservationEnd } from './bots/reservation-end.ts';
import { transitOverdue } from './bots/transit-overdue.ts';
import { approvePo } from './operations/approve-po.ts';
import { arrive } from './operations/arrive.ts';
import { availability } from './operations/availability.ts';
import { count } from './operations/count.ts';
import { expiryRun } from './operations/expiry-run.ts';
import { rebuildStock } from './operations/rebuild-stock.ts';
import { recall } from './operations/recall.ts';
import { receive } from './operations/receive.ts';
import { release } from './operations/release.ts';
import { reorderRun } from './operations/reorder-run.ts';
import { reserve } from './operations/reserve.ts';
import { reverse } from './operations/reverse.ts';
import { stockOnHand } from './operations/stock-on-hand.ts';
import { transfer } from './operations/transfer.ts';
import { stock } from './projections/stock.ts';
import { abcAnalysis } from './reports/abc-analysis.ts';
import { deadStock } from './reports/dead-stock.ts';
import { stockValue } from './reports/stock-value.ts';
import { vendorPerformance } from './reports/vendor-performance.ts';
import { account } from './rules/account.ts';
import { lot } from './rules/lot.ts';
import { movement } from './rules/movement.ts';
import { policy } from './rules/policy.ts';
import { product } from './rules/product.ts';
import { request } from './rules/request.ts';

export const code: ModuleCode = {
  rules: [account, product, lot, policy, request, movement],
  operations: [
    approvePo,
    arrive,
    availability,
    count,
    expiryRun,
    rebuildStock,
    recall,
    receive,
    release,
    reorderRun,
    reserve,
    reverse,
    stockOnHand,
    transfer,
  ],
  projections: [stock],
  bots: [driftCheck, expiryFlags, reorderDrafts, reorderSweep, reservationEnd, transitOverdue],
  reports: [abcAnalysis, deadStock, stockValue, vendorPerformance],
};
