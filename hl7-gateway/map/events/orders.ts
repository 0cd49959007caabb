import type { JsonObject } from '../../../server/kernel/json.ts';
import { SNOMED } from '../canonical.ts';
import { defineMap } from '../define-map.ts';
import type { MessageMap } from '../map-context.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { Occurrences, orderNumbers } from '../segments/order-numbers.ts';
import { detailOf } from './order-elements.ts';
import { orderGroups, type GroupRules, type OrderGroup } from './order-groups.ts';
import { memberships } from './parent-results.ts';
import { patientGroup } from './patient-group.ts';
import { patientObservations } from './patient-observations.ts';
import { isDrugOrder, prescription } from './prescriptions.ts';
import { requestedOrder } from './requested-order.ts';
import { resultOrder } from './result-order.ts';

const RULES: GroupRules = { specimens: 'within-own', hasPriorResults: true };

/** https://hl7.org/fhir/R4/valueset-servicerequest-category.html */
const LABORATORY = category('108252007', 'Laboratory procedure');
const IMAGING = category('363679005', 'Imaging');

/** Orders of laboratory, imaging and other services, with the earlier results that are sent along. */
export const REQUEST_MAPS: readonly MessageMap[] = [
  defineMap(['ORM^O01', 'OMG^O19'], (draft) => mapOrders(draft, undefined)),
  defineMap(['OML^O21'], (draft) => mapOrders(draft, LABORATORY)),
  defineMap(['OMI^O23'], (draft) => mapOrders(draft, IMAGING)),
];

function category(code: string, display: string): JsonObject {
  return { coding: [{ system: SNOMED, code, display }] };
}

function mapOrders(draft: MappingDraft, kind: JsonObject | undefined): void {
  for (const { patient, orders } of orderGroups(draft.segments, RULES)) {
    const whom = patientGroup(draft, patient);
    patientObservations(draft, patient, whom);
    const occurrences = new Occurrences();
    const sharedMatches = matchesInCommon(draft, orders);
    const members = memberships(draft, orders);
    const replaced: JsonObject[] = [];
    for (const order of orders) {
      if (isDrugOrder(order)) prescription(draft, order, { whom, occurrences });
      else if (order.isPrior) resultOrder(draft, order, { whom, occurrences, members });
      else requestedOrder(draft, order, { whom, occurrences, sharedMatches, category: kind, replaced });
    }
  }
}

function matchesInCommon(draft: MappingDraft, orders: readonly OrderGroup[]): ReadonlySet<string> {
  const found = new Set<string>();
  const shared = new Set<string>();
  for (const order of orders) {
    const { matches } = orderNumbers(draft, order.order?.segment, detailOf(order, 'OBR'));
    for (const match of matches) {
      if (found.has(match)) shared.add(match);
      found.add(match);
    }
  }
  return shared;
}
