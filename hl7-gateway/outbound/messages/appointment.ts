import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { hasChanged } from '../has-changed.ts';
import { coded, concept } from '../datatypes/concepts.ts';
import { entity, identifierOfType } from '../datatypes/numbers.ts';
import { practitioner } from '../datatypes/practitioners.ts';
import { timestamp } from '../datatypes/times.ts';
import { objectsOf, referenceOf, textOf } from '../../map/json.ts';
import { patientSegment } from '../segments/patient.ts';
import { speaks, type Change, type Outgoing, type PeerProfile, type Telling } from '../tell.ts';

/** What a message says of it. */
const SAID = [
  'serviceType',
  'specialty',
  'appointmentType',
  'reasonCode',
  'description',
  'minutesDuration',
  'participant',
  'comment',
  'patientInstruction',
];

const BOOKED = new Set(['booked', 'arrived', 'checked-in', 'fulfilled']);

/** SIU: booked (S12), moved (S13), changed (S14), cancelled (S15), entered in error (S17), not come (S26). */
export function appointmentMessage(telling: Telling): Outgoing | undefined {
  const event = appointmentEvent(telling);
  const patient = people(telling).find((each) => each.resourceType === 'Patient');
  if (event === undefined || patient === undefined) return undefined;
  return {
    events: [event],
    segments: (_event, peer) => [
      scheduleSegment(telling, peer),
      ...(speaks(peer, '2.5') ? [['TQ1', '1', '', '', '', '', '', ...span(telling.resource)] as const] : []),
      patientSegment(patient, peer),
      ['RGS', '1', 'A'],
      ...serviceSegments(telling, peer),
      ...participantSegments(telling, peer),
    ],
  };
}

export function appointmentEvent({ resource, before }: Change): string | undefined {
  const [was, is] = [textOf(before?.status), textOf(resource.status)];
  const wasBooked = BOOKED.has(was);
  if (is === 'booked' && !wasBooked) return 'SIU^S12';
  if (is === 'cancelled') return wasBooked ? 'SIU^S15' : undefined;
  if (is === 'entered-in-error') return wasBooked || was === 'noshow' ? 'SIU^S17' : undefined;
  if (is === 'noshow') return wasBooked ? 'SIU^S26' : undefined;
  if (before === undefined || !BOOKED.has(is) || !wasBooked) return undefined;
  if (hasChanged(before, resource, ['start', 'end'])) return 'SIU^S13';
  return is !== was || hasChanged(before, resource, SAID) ? 'SIU^S14' : undefined;
}

/** HL7 table 0278. */
const STATUSES: Readonly<Record<string, string | undefined>> = {
  booked: 'Booked',
  arrived: 'Started',
  'checked-in': 'Started',
  fulfilled: 'Complete',
  cancelled: 'Cancelled',
  noshow: 'Noshow',
  'entered-in-error': 'Deleted',
};

function scheduleSegment(telling: Telling, peer: PeerProfile): OutgoingSegment {
  const { resource } = telling;
  const { identifier, minutesDuration: minutes } = resource;
  const isOld = !speaks(peer, '2.5');
  const duration = typeof minutes === 'number' ? String(minutes) : '';
  const [reason = {}] = objectsOf(resource.reasonCode);
  const status = STATUSES[textOf(resource.status)] ?? '';
  return [
    'SCH',
    entity(identifierOfType(identifier, 'PLAC'), peer.names),
    entity(identifierOfType(identifier, 'FILL'), peer.names),
    '',
    '',
    '',
    resource.status === 'cancelled' ? concept(resource.cancelationReason, peer) : '',
    concept(reason, peer),
    concept(resource.appointmentType, peer),
    duration,
    duration === '' ? '' : ['min', 'minute', speaks(peer, '2.4') ? 'UCUM' : 'ISO+'],
    isOld ? ['', '', duration === '' ? '' : `M${duration}`, ...span(resource)] : '',
    ...Array.from({ length: 13 }, () => ''),
    status === '' ? '' : [status, '', 'HL70278'],
  ];
}

function span({ start, end }: JsonObject): readonly [string, string] {
  return [timestamp(textOf(start)), timestamp(textOf(end))];
}

function serviceSegments({ resource }: Telling, peer: PeerProfile): readonly OutgoingSegment[] {
  return objectsOf(resource.serviceType).map((service, index) => [
    'AIS',
    String(index + 1),
    'A',
    concept(service, peer),
    timestamp(textOf(resource.start)),
  ]);
}

/** AIP of people, AIL of places; the patient is in PID. */
function participantSegments(telling: Telling, peer: PeerProfile): readonly OutgoingSegment[] {
  const { resource, find } = telling;
  const start = timestamp(textOf(resource.start));
  const persons: OutgoingSegment[] = [];
  const places: OutgoingSegment[] = [];
  for (const { actor, type } of objectsOf(resource.participant)) {
    const found = find(referenceOf(actor));
    if (found?.resourceType === 'Practitioner' || found?.resourceType === 'PractitionerRole') {
      const [role] = objectsOf(type);
      const who = practitioner(actor, telling, peer.names);
      persons.push(['AIP', String(persons.length + 1), 'A', who, roleOf(role, peer), '', start]);
    } else if (found?.resourceType === 'Location') {
      places.push(['AIL', String(places.length + 1), 'A', placeOf(found), '', '', start]);
    }
  }
  return [...persons, ...places];
}

function roleOf(role: JsonObject | undefined, peer: PeerProfile): OutgoingField {
  const [coding] = objectsOf(role?.coding);
  return coding === undefined ? '' : coded(coding, peer);
}

function placeOf({ identifier, name }: JsonObject): OutgoingField {
  const [first] = objectsOf(identifier);
  return [textOf(first?.value) || textOf(name)];
}

function people({ resource, find }: Telling): readonly JsonObject[] {
  return objectsOf(resource.participant)
    .map(({ actor }) => find(referenceOf(actor)))
    .filter((each) => each !== undefined);
}
