import type { JsonObject } from '../../../server/kernel/json.ts';
import { concept } from '../datatypes/concept.ts';
import { identifierOfEi, matchesOf, ownSystem } from '../datatypes/identifier.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { PatientScope } from '../segments/patient-scope.ts';

/**
 * The orders that an appointment carries out (SCH-26, SCH-27), pair by pair: they are found by their numbers; what nobody has stored
 * yet is stored as an active order for the service in AIS-3.
 */
export function appointmentOrders(
  draft: MappingDraft,
  sch: SegmentReader,
  services: readonly SegmentReader[],
  scope: PatientScope | undefined,
): readonly JsonObject[] {
  const placers = sch
    .values(26)
    .map((value) => identifierOfEi(value, draft, { type: 'PLAC', system: ownSystem(draft, 'placer') }));
  const fillers = sch
    .values(27)
    .map((value) => identifierOfEi(value, draft, { type: 'FILL', system: ownSystem(draft, 'filler') }));
  const count = scope === undefined ? 0 : Math.max(placers.length, fillers.length);
  const orders: JsonObject[] = [];
  for (let index = 0; index < count; index += 1) {
    const identifier = [placers[index], fillers[index]].filter((each) => each !== undefined);
    if (identifier.length === 0 || scope === undefined) continue;
    const ais = services[index] ?? services[0];
    const code = ais?.value(3);
    const made = code === undefined ? undefined : concept(code, draft);
    const reference = draft.add(`${sch.place}-26[${index + 1}]`, {
      resource: { resourceType: 'ServiceRequest', identifier },
      match: matchesOf(identifier),
      mode: 'upsert',
      adds: ['identifier'],
      defaults: {
        status: 'active',
        intent: 'order',
        subject: scope.patient.reference,
        ...(made === undefined ? {} : { code: made }),
      },
      eventTime: eventTimeOf(draft),
    });
    orders.push({ reference });
  }
  return orders;
}
