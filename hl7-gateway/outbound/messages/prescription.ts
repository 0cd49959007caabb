import { numberText, type JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { amount, quantity, unit } from '../datatypes/amounts.ts';
import { concept, concepts } from '../datatypes/concepts.ts';
import { practitioners } from '../datatypes/practitioners.ts';
import { timestamp } from '../datatypes/times.ts';
import { controlOf, isInForce } from '../order-control.ts';
import { codesOf, objectOf, objectsOf, textOf } from '../../map/json.ts';
import { doseOf, dosageTimings, oldTiming, routeSegments } from '../segments/dosage.ts';
import { ingredientSegments, medicineOf } from '../segments/medicine.ts';
import { notes } from '../segments/note.ts';
import { commonOrder } from '../segments/order.ts';
import { patientSegment } from '../segments/patient.ts';
import { visitOf } from '../segments/visit.ts';
import { subjectOf } from '../subject.ts';
import { speaks, type Change, type Outgoing, type PeerProfile, type Telling } from '../tell.ts';

/** What a message says of a prescription; a change of anything else is none. */
const SAID = [
  'medicationCodeableConcept',
  'medicationReference',
  'contained',
  'priority',
  'subject',
  'encounter',
  'requester',
  'dosageInstruction',
  'dispenseRequest',
  'substitution',
  'reasonCode',
  'note',
  'groupIdentifier',
];

/** RDE: a prescription that is new, changed, held, released, stopped or cancelled. Nothing for drafts and proposals. */
export function prescriptionMessage(telling: Telling): Outgoing | undefined {
  const control = prescriptionControl(telling);
  const patient = subjectOf(telling);
  if (control === undefined || patient === undefined) return undefined;
  const { resource } = telling;
  return {
    events: ['RDE^O11', 'RDE^O01'],
    segments: (_event, peer) => [
      patientSegment(patient, peer),
      visitOf(resource.encounter, telling, peer),
      commonOrder(telling, { control, group: resource.groupIdentifier, reason: resource.statusReason }, peer),
      drugSegment(telling, peer),
      ...notes(resource.note),
      ...(speaks(peer, '2.5') ? dosageTimings(resource, dosagesOf(resource), peer) : []),
      ...routeSegments(dosagesOf(resource), peer),
      ...ingredientSegments(medicineOf(telling), peer),
    ],
  };
}

/** ORC-1 of a change; undefined: there is nothing to tell. */
export function prescriptionControl(change: Change): string | undefined {
  return controlOf(change, SAID, (status, was) => {
    if (status === 'stopped') return isInForce(was) ? 'DC' : undefined;
    const isEnded = status === 'entered-in-error' && (was === 'completed' || was === 'stopped');
    if (status !== 'cancelled' && status !== 'entered-in-error') return undefined;
    return isInForce(was) || isEnded ? 'CA' : undefined;
  });
}

function dosagesOf({ dosageInstruction }: JsonObject): readonly JsonObject[] {
  return objectsOf(dosageInstruction);
}

/** RXE. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-rxo-to-medicationrequest.html has the fields of RXO, which are alike. */
function drugSegment(telling: Telling, peer: PeerProfile): OutgoingSegment {
  const { resource: request } = telling;
  const { names } = peer;
  const [dosage = {}, ...others] = dosagesOf(request);
  const { code, form, strength } = medicineOf(telling);
  const { least, most, rate } = doseOf(dosage);
  const dispense = objectOf(request.dispenseRequest);
  const isNew = speaks(peer, '2.5');
  const fields: OutgoingField[] = [
    isNew ? '' : oldTiming(request, dosage),
    concept(code, peer),
    amount(least),
    amount(most),
    unit(least, names),
    concept(form, peer),
    { repetitions: instructions(dosage, others).map((text) => ['', text]) },
    '',
    substitution(request),
    amount(dispense.quantity),
    unit(dispense.quantity, names),
    numberText(dispense, 'numberOfRepeatsAllowed') ?? '',
    practitioners([request.requester], telling, names),
    ...['', '', '', '', ''],
    quantity(objectOf(dosage.maxDosePerPeriod).numerator, names),
    ...['', '', ''],
    amount(rate),
    unit(rate, names),
    amount(strength.numerator),
    unit(strength.numerator, names),
    concepts(request.reasonCode, peer),
  ];
  return ['RXE', ...fields, ...(isNew ? ['', '', '', '', timestamp(textOf(request.authoredOn))] : [])];
}

/** Where there are several dosages, each has its own in TQ1-11. */
function instructions(dosage: JsonObject, others: readonly JsonObject[]): readonly string[] {
  const own = others.length === 0 ? [textOf(dosage.text)] : [];
  return [...own, textOf(dosage.patientInstruction)].filter((text) => text !== '');
}

/** RXE-9, table 0167: N forbids it; a code of the prescription's own says which is allowed. */
function substitution({ substitution: said }: JsonObject): string {
  const { allowedBoolean, allowedCodeableConcept } = objectOf(said);
  if (allowedBoolean === false) return 'N';
  const [code = ''] = codesOf(allowedCodeableConcept);
  return code;
}
