import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { amount, unit } from '../datatypes/amounts.ts';
import { concept } from '../datatypes/concepts.ts';
import { entity, identifierOfType } from '../datatypes/numbers.ts';
import { practitioners } from '../datatypes/practitioners.ts';
import { day, timestamp } from '../datatypes/times.ts';
import { codesOf, objectOf, objectsOf, textOf } from '../../map/json.ts';
import { hasChanged } from '../has-changed.ts';
import { notes } from '../segments/note.ts';
import { orderNumbers } from '../segments/order.ts';
import { patientSegment } from '../segments/patient.ts';
import { visitOf } from '../segments/visit.ts';
import { subjectOf } from '../subject.ts';
import type { Outgoing, PeerProfile, Telling } from '../tell.ts';

const SAID = [
  'status',
  'statusReason',
  'vaccineCode',
  'occurrenceDateTime',
  'primarySource',
  'lotNumber',
  'expirationDate',
  'site',
  'route',
  'doseQuantity',
  'performer',
  'reasonCode',
  'note',
];

/** RXA-6 of a dose whose amount nobody knows. */
const UNKNOWN_AMOUNT = '999';

/** VXU^V04: a dose that was given, was not, or is taken back. */
export function immunizationMessage(telling: Telling): Outgoing | undefined {
  const { resource, before } = telling;
  const patient = subjectOf(telling);
  const isInError = resource.status === 'entered-in-error';
  if (patient === undefined || (isInError && before === undefined)) return undefined;
  if (before !== undefined && !hasChanged(before, resource, SAID)) return undefined;
  return {
    events: ['VXU^V04'],
    segments: (_event, peer) => [
      patientSegment(patient, peer),
      visitOf(resource.encounter, telling, peer),
      orderSegment(telling, peer),
      doseSegment(telling, peer),
      ...routeSegment(resource, peer),
      ...notes(resource.note),
    ],
  };
}

function routeSegment({ route, site }: JsonObject, peer: PeerProfile): readonly OutgoingSegment[] {
  return route === undefined && site === undefined ? [] : [['RXR', concept(route, peer), concept(site, peer)]];
}

function orderSegment(telling: Telling, peer: PeerProfile): OutgoingSegment {
  const { resource } = telling;
  const [placer] = orderNumbers(resource, peer);
  const filler = entity(identifierOfType(resource.identifier, 'FILL'), peer.names);
  return ['ORC', 'RE', placer, filler, '', '', '', '', '', '', '', '', performers(telling, 'OP', peer)];
}

/** RXA. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-rxa-to-immunization.html, the other way round. */
function doseSegment(telling: Telling, peer: PeerProfile): OutgoingSegment {
  const { resource, before } = telling;
  const at = timestamp(textOf(resource.occurrenceDateTime));
  const number = amount(resource.doseQuantity);
  const action = resource.status === 'entered-in-error' ? 'D' : before === undefined ? 'A' : 'U';
  return [
    'RXA',
    '0',
    '1',
    at,
    at,
    concept(resource.vaccineCode, peer),
    number || UNKNOWN_AMOUNT,
    number === '' ? '' : unit(resource.doseQuantity, peer.names),
    '',
    resource.primarySource === true
      ? ['00', 'New immunization record', 'NIP001']
      : concept(resource.reportOrigin, peer),
    performers(telling, 'AP', peer),
    '',
    '',
    '',
    '',
    textOf(resource.lotNumber),
    day(textOf(resource.expirationDate)),
    manufacturer(resource),
    concept(resource.statusReason, peer),
    { repetitions: objectsOf(resource.reasonCode).map((reason) => concept(reason, peer)) },
    resource.status === 'not-done' ? 'NA' : 'CP',
    action,
    timestamp(textOf(resource.recorded)),
  ];
}

function performers(telling: Telling, role: string, { names }: PeerProfile): OutgoingField {
  const found = objectsOf(telling.resource.performer).filter((each) => codesOf(each.function).includes(role));
  return practitioners(
    found.map(({ actor }) => actor),
    telling,
    names,
  );
}

function manufacturer(resource: JsonObject): OutgoingField {
  const { identifier, display } = objectOf(resource.manufacturer);
  const { system, value } = objectOf(identifier);
  const isMvx = textOf(system) === 'http://hl7.org/fhir/sid/mvx';
  return isMvx ? [textOf(value), textOf(display), 'MVX'] : ['', textOf(display)];
}
