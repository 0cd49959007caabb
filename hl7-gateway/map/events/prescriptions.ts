import type { JsonObject } from '../../../server/kernel/json.ts';
import { defineMap } from '../define-map.ts';
import { matchOf } from '../datatypes/identifier.ts';
import { append, elementsOf } from '../elements.ts';
import type { MessageMap } from '../map-context.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { putRoute } from '../segments/dosage.ts';
import { putDispense, UNKNOWN_MEDICINE } from '../segments/medication-dispense.ts';
import { momentOfFirst } from '../segments/moment.ts';
import { annotations } from '../segments/note.ts';
import { observationEntry } from '../segments/observation.ts';
import { codeKey, derivedIdentifier, keyOf, Occurrences, orderKey, orderPlace } from '../segments/order-numbers.ts';
import { orderProvenance } from '../segments/order-provenance.ts';
import { isNewOrder, orderStatus } from '../segments/order-status.ts';
import { encounterOf, type PatientScope } from '../segments/patient-scope.ts';
import { detailOf } from './order-elements.ts';
import { orderGroups, type OrderGroup } from './order-groups.ts';
import { patientGroup } from './patient-group.ts';
import { patientObservations } from './patient-observations.ts';
import { prescribedDrug, type PrescribedDrug } from './prescribed-drug.ts';
import { observationLines } from './result-lines.ts';

/** Prescriptions, and what pharmacies have dispensed of them. */
export const PRESCRIPTION_MAPS: readonly MessageMap[] = [
  defineMap(['RDE^O01', 'RDE^O11', 'RDE^O25', 'OMP^O09'], (draft) => mapDrugs(draft, prescription)),
  defineMap(['RDS^O01', 'RDS^O13'], (draft) => mapDrugs(draft, dispense)),
];

/** Of whom, and what several orders of one message are told apart by. */
export interface DrugScope {
  readonly whom: PatientScope;
  readonly occurrences: Occurrences;
}

function mapDrugs(draft: MappingDraft, map: (draft: MappingDraft, order: OrderGroup, scope: DrugScope) => void): void {
  for (const { patient, orders } of orderGroups(draft.segments, { specimens: 'within' })) {
    const whom = patientGroup(draft, patient);
    patientObservations(draft, patient, whom);
    const occurrences = new Occurrences();
    for (const order of orders) map(draft, order, { whom, occurrences });
  }
}

/** Whether a group of ORC and detail orders a drug. */
export function isDrugOrder(group: OrderGroup): boolean {
  return ['RXO', 'RXE'].some((name) => detailOf(group, name) !== undefined);
}

/**
 * An order of a drug. It comes into force by the rules of whoever stores it: what these refuse waits for a person.
 */
export function prescription(draft: MappingDraft, group: OrderGroup, scope: DrugScope): void {
  const drug = prescribedDrug(draft, group, scope.whom);
  const { request, numbers, orc, hasDrug } = drug;
  const { resource, clears } = request;
  const place = placeOf(group, drug);
  const eventTime = momentOfFirst(draft, [orc?.value(9)]);
  const reference: JsonObject = { reference: draft.fullUrl(`MedicationRequest ${place}`) };
  const key = orderKey(numbers);
  const observing = { ...scope, ...(key === undefined ? {} : { identity: [key] }), eventTime };
  for (const lines of observationLines(group.results)) {
    const observed = observationEntry(draft, lines, observing);
    if (observed !== undefined) append(resource, 'supportingInformation', observed.reference);
  }
  const control = orc?.text(1) ?? '';
  const status = drugStatus(control, orc?.text(5) ?? '');
  const isDefault = status === undefined || (status === 'active' && isNewOrder(control));
  if (!isDefault) resource.status = status;
  draft.add(place, {
    resource,
    match: numbers.matches,
    mode: hasDrug || numbers.matches.length === 0 ? 'upsert' : 'update',
    defaults: { status: status ?? 'unknown', ...(hasDrug ? {} : UNKNOWN_MEDICINE) },
    ...(clears.length === 0 ? {} : { clears }),
    adds: ['identifier', 'supportingInformation'],
    eventTime,
  });
  if (orc !== undefined) orderProvenance(draft, place, orc, reference, { recordedAt: eventTime, agents: drug.agents });
}

function placeOf(group: OrderGroup, { orc, numbers }: PrescribedDrug): string {
  return orderPlace(numbers.matches, group.details[0]?.segment ?? orc);
}

/** By ORC-1 and ORC-5, in the words of https://hl7.org/fhir/R4/valueset-medicationrequest-status.html: cancelled is what was never taken. */
function drugStatus(control: string, sent: string): string | undefined {
  const status = orderStatus(control, sent);
  if (status !== 'revoked') return status;
  return CANCELLED.has(control) || (!STOPPED.has(control) && sent === 'CA') ? 'cancelled' : 'stopped';
}

const CANCELLED = new Set(['CA', 'CR', 'OC']);
const STOPPED = new Set(['DC', 'DR', 'OD', 'RP', 'RQ', 'RU']);

/** What was dispensed of an order; the order itself is found, else stored as one of which nobody has told. */
function dispense(draft: MappingDraft, group: OrderGroup, { whom, occurrences }: DrugScope): void {
  const rxd = group.details.find(({ segment }) => segment.name === 'RXD');
  const drug = prescribedDrug(draft, group, whom);
  const { orc, numbers } = drug;
  const eventTime = momentOfFirst(draft, [orc?.value(9), rxd?.segment.value(3)]);
  const order = dispensedOrder(draft, group, drug);
  if (rxd === undefined) return;
  const dispensed = elementsOf('MedicationDispense');
  const { resource, clears } = dispensed;
  resource.subject = whom.patient.reference;
  const encounter = encounterOf(whom);
  if (encounter !== undefined) resource.context = encounter;
  putDispense(dispensed, rxd.segment, rxd.below, draft);
  if (resource.medicationCodeableConcept === undefined && resource.medicationReference === undefined)
    Object.assign(resource, UNKNOWN_MEDICINE);
  const [rxr] = rxd.below.filter(({ name }) => name === 'RXR');
  if (rxr !== undefined) {
    const dosage: JsonObject = {};
    putRoute(dosage, rxr, draft);
    if (Object.keys(dosage).length > 0) resource.dosageInstruction = [dosage];
  }
  for (const note of annotations(draft, rxd.below)) append(resource, 'note', note);
  if (order !== undefined) resource.authorizingPrescription = [order];
  const status = drugStatus(orc?.text(1) ?? '', '');
  resource.status = status === 'cancelled' || status === 'stopped' ? 'cancelled' : 'completed';
  const identifier = dispenseIdentifier(rxd.segment, numbers.filler ?? numbers.placer, occurrences);
  if (identifier !== undefined) resource.identifier = [identifier];
  const match = matchOf(identifier);
  draft.add(rxd.segment.place, {
    resource,
    match: match === undefined ? [] : [match],
    mode: 'upsert',
    ...(clears.length === 0 ? {} : { clears }),
    eventTime,
  });
}

function dispensedOrder(draft: MappingDraft, group: OrderGroup, drug: PrescribedDrug): JsonObject | undefined {
  const { request, numbers, hasDrug } = drug;
  if (numbers.matches.length === 0) return undefined;
  const { resource } = request;
  if (!hasDrug) Object.assign(resource, medicineOfDispense(draft, group));
  resource.status = 'unknown';
  const reference = draft.add(placeOf(group, drug), {
    resource,
    match: numbers.matches,
    mode: 'create',
    adds: ['identifier'],
  });
  return { reference };
}

/** An order of which only its dispense is known: of the drug that was dispensed. */
function medicineOfDispense(draft: MappingDraft, group: OrderGroup): JsonObject {
  const rxd = detailOf(group, 'RXD');
  const dispensed = elementsOf('MedicationDispense');
  if (rxd !== undefined) putDispense(dispensed, rxd, [], draft);
  const { medicationCodeableConcept } = dispensed.resource;
  return medicationCodeableConcept === undefined ? UNKNOWN_MEDICINE : { medicationCodeableConcept };
}

/** RXD-7 numbers the prescription, RXD-1 its dispenses. */
function dispenseIdentifier(
  rxd: SegmentReader,
  number: JsonObject | undefined,
  occurrences: Occurrences,
): JsonObject | undefined {
  const prescription = rxd.text(7);
  const key = prescription === '' ? number && keyOf(number) : prescription;
  if (key === undefined) return undefined;
  const parts = [key, rxd.text(1), codeKey(rxd.value(2)), rxd.text(3)];
  return derivedIdentifier(
    'dispense',
    occurrences.distinct(['dispense', ...(number === undefined ? [] : [keyOf(number)]), ...parts]),
  );
}
