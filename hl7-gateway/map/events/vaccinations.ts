import type { JsonObject } from '../../../server/kernel/json.ts';
import { confidentialityCode } from '../codes/visit-codes.ts';
import { defineMap } from '../define-map.ts';
import { coding } from '../datatypes/concept.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { matchOf } from '../datatypes/identifier.ts';
import { practitionerReference } from '../datatypes/practitioner.ts';
import { append, elementsOf } from '../elements.ts';
import type { MessageMap } from '../map-context.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { ABSENT, appendPerformer, putDose, putDoseRoute } from '../segments/immunization.ts';
import { putDoseFacts } from '../segments/immunization-facts.ts';
import { momentOfFirst } from '../segments/moment.ts';
import { annotations } from '../segments/note.ts';
import { observationEntry } from '../segments/observation.ts';
import {
  codeKey,
  derivedIdentifier,
  keyOf,
  Occurrences,
  orderNumbers,
  type OrderNumbers,
} from '../segments/order-numbers.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import { whomElements } from '../segments/whom.ts';
import { detailOf, segmentsBelow } from './order-elements.ts';
import { orderGroups, type OrderGroup } from './order-groups.ts';
import { patientGroup } from './patient-group.ts';
import { patientObservations } from './patient-observations.ts';
import { observationLines } from './result-lines.ts';

/** The number that registries want where there was no dose: it numbers nothing. */
const NO_NUMBER = '9999';

/** Immunization records. */
export const VACCINATION_MAPS: readonly MessageMap[] = [
  defineMap(['VXU^V04'], (draft) => {
    for (const { patient, orders } of orderGroups(draft.segments, { specimens: 'within' })) {
      const whom = patientGroup(draft, patient);
      patientObservations(draft, patient, whom);
      const occurrences = new Occurrences();
      for (const order of orders) immunization(draft, order, whom, occurrences);
    }
  }),
];

function immunization(draft: MappingDraft, group: OrderGroup, whom: PatientScope, occurrences: Occurrences): void {
  const rxa = detailOf(group, 'RXA');
  const orc = group.order?.segment;
  if (rxa === undefined) return;
  const dose = elementsOf('Immunization');
  const { resource } = dose;
  Object.assign(resource, whomElements(whom, { patient: 'patient', visit: 'encounter' }));
  const numbers = orderNumbers(draft, orc, undefined);
  if (orc !== undefined) putOrder(resource, orc, draft);
  putDose(dose, rxa, draft);
  for (const rxr of segmentsBelow(group, 'RXR').slice(0, 1)) putDoseRoute(dose, rxr, draft);
  const notes = annotations(
    draft,
    [group.order, ...group.details].flatMap((each) => each?.below ?? []),
  );
  for (const note of notes) append(resource, 'note', note);
  resource.vaccineCode ??= ABSENT;
  if (resource.occurrenceDateTime === undefined) resource._occurrenceDateTime = ABSENT;
  putDoseFacts(
    resource,
    group.results.map(({ segment }) => segment),
    draft,
  );
  const identifier = identityOf(rxa, whom, occurrences);
  const identifiers = [...numbers.identifiers, ...(identifier === undefined ? [] : [identifier])];
  if (identifiers.length > 0) resource.identifier = identifiers;
  const eventTime = momentOfFirst(draft, [rxa.value(22), orc?.value(9)]);
  const reference = draft.add(rxa.place, {
    resource,
    match: [...matchesOf(numbers), ...[matchOf(identifier)].filter((match) => match !== undefined)],
    mode: 'upsert',
    ...(dose.clears.length === 0 ? {} : { clears: dose.clears }),
    eventTime,
  });
  const known = identifiers[0] === undefined ? {} : { identity: [keyOf(identifiers[0])] };
  for (const lines of observationLines(group.results))
    observationEntry(draft, lines, { whom, occurrences, ...known, eventTime, shared: { partOf: [{ reference }] } });
}

function putOrder(resource: JsonObject, orc: SegmentReader, draft: MappingDraft): void {
  orc.skip(1);
  const time = orc.value(9);
  const recorded = time && dateTime(time, draft);
  if (recorded !== undefined) resource.recorded = recorded;
  for (const value of orc.values(12)) appendPerformer(resource, 'OP', practitionerReference(value, draft));
  const confidentiality = orc.value(28);
  const security = confidentiality && coding(confidentiality, draft, { map: confidentialityCode });
  if (security !== undefined) resource.meta = { security: [security] };
}

/** The registry's number before the one of who ordered. */
function matchesOf({ placer, filler }: OrderNumbers): readonly string[] {
  const numbers = [filler, placer].filter((number) => number !== undefined && number.value !== NO_NUMBER);
  return numbers.map(matchOf).filter((match) => match !== undefined);
}

/** Without a number: this vaccine for this patient at this time. */
function identityOf(rxa: SegmentReader, { patient }: PatientScope, occurrences: Occurrences): JsonObject | undefined {
  const [vaccine, time] = [codeKey(rxa.value(5)), rxa.text(3)];
  if (patient.key === undefined || vaccine === '' || time === '') return undefined;
  return derivedIdentifier('immunization', occurrences.distinct([patient.key, vaccine, time]));
}
