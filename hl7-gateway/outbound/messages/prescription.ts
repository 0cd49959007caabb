import { numberText, type JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { amount, quantity, unit } from '../datatypes/amounts.ts';
import { concept, concepts } from '../datatypes/concepts.ts';
import { entity } from '../datatypes/numbers.ts';
import { practitioner, practitioners } from '../datatypes/practitioners.ts';
import { timestamp } from '../datatypes/times.ts';
import { hasChanged } from '../has-changed.ts';
import { codesOf, objectOf, objectsOf, textOf } from '../../map/json.ts';
import { doseOf, dosageTimings, oldTiming, routeSegments } from '../segments/dosage.ts';
import { ingredientSegments, medicineOf } from '../segments/medicine.ts';
import { notes } from '../segments/note.ts';
import { orderNumbers } from '../segments/order.ts';
import { patientSegment } from '../segments/patient.ts';
import { visitOf } from '../segments/visit.ts';
import { subjectOf } from '../subject.ts';
import { speaks, type Change, type Outgoing, type PeerProfile, type Telling } from '../tell.ts';
import { isOrder } from './order.ts';

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
      orderSegment(telling, control, peer),
      drugSegment(telling, peer),
      ...notes(resource.note),
      ...(speaks(peer, '2.5') ? dosageTimings(resource, dosagesOf(resource), peer) : []),
      ...routeSegments(dosagesOf(resource), peer),
      ...ingredientSegments(medicineOf(telling), peer),
    ],
  };
}

/** ORC-1 (table 0119) of a change; undefined: there is nothing to tell. */
export function prescriptionControl({ resource, before }: Change): string | undefined {
  if (!isOrder(resource)) return undefined;
  const was = before !== undefined && isOrder(before) ? textOf(before.status) : 'draft';
  const isInForce = was === 'active' || was === 'on-hold';
  switch (resource.status) {
    case 'active':
      if (was === 'on-hold') return 'RL';
      if (was !== 'active') return 'NW';
      return before !== undefined && hasChanged(before, resource, SAID) ? 'XO' : undefined;
    case 'on-hold':
      return was === 'active' ? 'HD' : undefined;
    case 'stopped':
      return isInForce ? 'DC' : undefined;
    case 'cancelled':
      return isInForce ? 'CA' : undefined;
    case 'entered-in-error':
      return isInForce || was === 'completed' || was === 'stopped' ? 'CA' : undefined;
    default:
      return undefined;
  }
}

function dosagesOf({ dosageInstruction }: JsonObject): readonly JsonObject[] {
  return objectsOf(dosageInstruction);
}

function orderSegment(telling: Telling, control: string, peer: PeerProfile): OutgoingSegment {
  const { resource: request } = telling;
  const group = objectOf(request.groupIdentifier);
  const at = control === 'NW' ? textOf(request.authoredOn) : textOf(objectOf(request.meta).lastUpdated);
  return [
    'ORC',
    control,
    ...orderNumbers(request, peer),
    entity(textOf(group.value) === '' ? undefined : group, peer.names),
    '',
    '',
    '',
    '',
    timestamp(at),
    '',
    '',
    practitioner(request.requester, telling, peer.names),
    '',
    '',
    '',
    control === 'NW' ? '' : concept(request.statusReason, peer),
  ];
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
