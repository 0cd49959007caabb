import type { JsonObject } from '../../../server/kernel/json.ts';
import { defineMap } from '../define-map.ts';
import type { MessageMap } from '../map-context.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { billingAccount } from '../segments/billing-account.ts';
import { chargeEntry } from '../segments/charge-item.ts';
import { Occurrences } from '../segments/order-numbers.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import { orderGroups, type OrderGroup, type SegmentGroup } from './order-groups.ts';
import { memberships } from './parent-results.ts';
import { patientGroup } from './patient-group.ts';
import { patientObservations } from './patient-observations.ts';
import { resultOrder } from './result-order.ts';

/** What accounts are for: charges, and what is needed to bill them. */
export const CHARGE_MAPS: readonly MessageMap[] = [
  defineMap(['DFT^P03', 'DFT^P11'], mapCharges),
  defineMap(['BAR^P01', 'BAR^P05', 'BAR^P10', 'BAR^P12'], (draft) => mapAccounts(draft)),
  // Purged, and ended: nothing is booked on it any more.
  defineMap(['BAR^P02', 'BAR^P06'], (draft) => mapAccounts(draft, 'inactive')),
];

function mapCharges(draft: MappingDraft): void {
  for (const { patient, orders, charges } of orderGroups(draft.segments, {
    specimens: 'within',
    hasOwnCharges: true,
  })) {
    const person = [...patient, ...behindCharges(orders, charges)];
    const whom = patientGroup(draft, person);
    patientObservations(draft, patient, whom);
    const account = accountOf(draft, person, whom);
    const occurrences = new Occurrences();
    const members = memberships(draft, orders);
    for (const order of orders) resultOrder(draft, order, { whom, occurrences, members });
    for (const { segment, below } of charges) chargeEntry(draft, segment, below, whom, account);
  }
}

/** What stands behind the charges and is of the stay: diagnoses, guarantors, insurance. */
const OF_STAY = new Set(['DG1', 'GT1', 'IN1', 'IN2', 'IN3']);

function behindCharges(orders: readonly OrderGroup[], charges: readonly SegmentGroup[]): readonly SegmentReader[] {
  const groups = orders.flatMap(({ order, details, results }) => [
    ...(order === undefined ? [] : [order]),
    ...details,
    ...results,
  ]);
  return [...charges, ...groups].flatMap(({ below }) => below).filter(({ name }) => OF_STAY.has(name));
}

function mapAccounts(draft: MappingDraft, status?: string): void {
  for (const visit of visits(draft.segments)) {
    const whom = patientGroup(draft, visit);
    patientObservations(draft, visit, whom);
    accountOf(draft, visit, whom, status);
  }
}

function accountOf(
  draft: MappingDraft,
  segments: readonly SegmentReader[],
  whom: PatientScope,
  status?: string,
): JsonObject | undefined {
  const of = (name: string): readonly SegmentReader[] => segments.filter((segment) => segment.name === name);
  const [pid] = of('PID');
  return pid && billingAccount(draft, { pid, pv1: of('PV1')[0], guarantors: of('GT1'), whom, status });
}

/** A message of accounts may have several visits of one patient, each with what follows its PV1. */
function visits(segments: readonly SegmentReader[]): readonly (readonly SegmentReader[])[] {
  const found: SegmentReader[][] = [];
  let person: SegmentReader[] = [];
  let hasVisit = false;
  for (const segment of segments) {
    if (segment.name === 'PID') {
      person = [segment];
      hasVisit = false;
      found.push(person);
    } else if (segment.name === 'PV1' && hasVisit) {
      found.push([...person.filter(({ name }) => PERSON.has(name)), segment]);
    } else {
      found.at(-1)?.push(segment);
      if (segment.name === 'PV1') hasVisit = true;
    }
  }
  return found;
}

const PERSON = new Set(['PID', 'PD1']);
