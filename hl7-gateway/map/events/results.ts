import { defineMap } from '../define-map.ts';
import type { MessageMap } from '../map-context.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { Occurrences } from '../segments/order-numbers.ts';
import { orderGroups, type GroupRules } from './order-groups.ts';
import { memberships } from './parent-results.ts';
import { patientGroup } from './patient-group.ts';
import { patientObservations } from './patient-observations.ts';
import { resultOrder } from './result-order.ts';

const UNSOLICITED: GroupRules = { specimens: 'within' };

/** Results of laboratories, imaging and devices: ORU, and OUL, in which specimens stand around or within their orders. */
export const RESULT_MAPS: readonly MessageMap[] = [
  defineMap(['ORU^R01', 'ORU^R03', 'ORU^R30', 'ORU^R31', 'ORU^R32', 'ORU^R40'], (draft) =>
    mapResults(draft, UNSOLICITED),
  ),
  defineMap(['OUL^R21'], (draft) => mapResults(draft, { specimens: 'within-results', isOrderSecond: true })),
  defineMap(['OUL^R22', 'OUL^R23'], (draft) => mapResults(draft, { specimens: 'around', isOrderSecond: true })),
  defineMap(['OUL^R24'], (draft) => mapResults(draft, { specimens: 'within-results', isOrderSecond: true })),
];

function mapResults(draft: MappingDraft, rules: GroupRules): void {
  for (const { patient, orders } of orderGroups(draft.segments, rules)) {
    const whom = patientGroup(draft, patient);
    patientObservations(draft, patient, whom);
    const scope = { whom, occurrences: new Occurrences(), members: memberships(draft, orders) };
    for (const order of orders) resultOrder(draft, order, scope);
  }
}
