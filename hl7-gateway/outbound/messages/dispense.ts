import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { amount, unit } from '../datatypes/amounts.ts';
import { concept } from '../datatypes/concepts.ts';
import { identifierOfType, ownNumber } from '../datatypes/numbers.ts';
import { practitioners } from '../datatypes/practitioners.ts';
import { day, timestamp } from '../datatypes/times.ts';
import { hasChanged } from '../has-changed.ts';
import { codesOf, objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import { routeSegments } from '../segments/dosage.ts';
import { medicineOf } from '../segments/medicine.ts';
import { orderNumbers } from '../segments/order.ts';
import { patientSegment } from '../segments/patient.ts';
import { visitOf } from '../segments/visit.ts';
import { subjectOf } from '../subject.ts';
import type { Outgoing, PeerProfile, Telling } from '../tell.ts';

const SAID = [
  'status',
  'medicationCodeableConcept',
  'medicationReference',
  'contained',
  'subject',
  'performer',
  'authorizingPrescription',
  'quantity',
  'whenHandedOver',
  'note',
  'dosageInstruction',
  'substitution',
];

/** Statuses that take back what was handed over. */
const TAKEN_BACK = new Set(['cancelled', 'entered-in-error', 'stopped', 'declined']);

/** RDS: a medicine was handed over, or was not after all. What is only being prepared is not told. */
export function dispenseMessage(telling: Telling): Outgoing | undefined {
  const { resource, before } = telling;
  const patient = subjectOf(telling);
  const wasDone = before?.status === 'completed';
  const isTakenBack = TAKEN_BACK.has(textOf(resource.status));
  if (patient === undefined || !(isTakenBack ? wasDone : resource.status === 'completed')) return undefined;
  if (wasDone && !hasChanged(before, resource, SAID)) return undefined;
  return {
    events: ['RDS^O13', 'RDS^O01'],
    segments: (_event, peer) => [
      patientSegment(patient, peer),
      visitOf(resource.context, telling, peer),
      ['ORC', isTakenBack ? 'CA' : 'RE', ...numbersOf(telling, peer)],
      dispenseSegment(telling, peer),
      ...routeSegments(objectsOf(resource.dosageInstruction), peer),
    ],
  };
}

function prescriptionOf({ resource, find }: Telling): JsonObject | undefined {
  return objectsOf(resource.authorizingPrescription)
    .map((reference) => find(referenceOf(reference)))
    .find((each) => each?.resourceType === 'MedicationRequest');
}

/** RXD-7, by which peers tell dispenses apart: the pharmacy's number, else one that is always the same. */
function dispenseNumber(dispense: JsonObject): string {
  return textOf(identifierOfType(dispense.identifier, 'FILL')?.value) || ownNumber(dispense);
}

/** ORC-2 and ORC-3: of the prescription. */
function numbersOf(telling: Telling, peer: PeerProfile): readonly OutgoingField[] {
  const prescription = prescriptionOf(telling);
  return prescription === undefined ? [] : orderNumbers(prescription, peer);
}

function dispenseSegment(telling: Telling, peer: PeerProfile): OutgoingSegment {
  const { resource } = telling;
  const { names } = peer;
  const { code, form, strength, batch, manufacturer } = medicineOf(telling);
  const given = resource.whenHandedOver ?? resource.whenPrepared;
  return [
    'RXD',
    '1',
    concept(code, peer),
    timestamp(textOf(given)),
    amount(resource.quantity),
    unit(resource.quantity, names),
    concept(form, peer),
    dispenseNumber(resource),
    '',
    { repetitions: objectsOf(resource.note).map(({ text }) => textOf(text)) },
    practitioners(
      objectsOf(resource.performer).map(({ actor }) => actor),
      telling,
      names,
    ),
    codesOf(objectOf(resource.substitution).type)[0],
    '',
    '',
    '',
    '',
    amount(strength.numerator),
    unit(strength.numerator, names),
    textOf(batch.lotNumber),
    day(textOf(batch.expirationDate)),
    ['', textOf(manufacturer.display)],
  ];
}
