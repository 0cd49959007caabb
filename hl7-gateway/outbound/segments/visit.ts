import type { JsonObject, JsonValue } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { patientClassEncounterClass } from '../../map/codes/visit-codes.ts';
import { coded, concept } from '../datatypes/concepts.ts';
import { identifierOfType, number } from '../datatypes/numbers.ts';
import { practitioners } from '../datatypes/practitioners.ts';
import { timestamp } from '../datatypes/times.ts';
import { codesOf, objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
import type { PeerProfile, Telling } from '../tell.ts';

/** HL7 table 0004; inpatient classes of FHIR that it does not know are inpatient all the same. */
const CLASSES: ReadonlyMap<string, string> = new Map([
  ...['E', 'I', 'O', 'P'].map((code) => [patientClassEncounterClass.lookup(code)?.code ?? '', code] as const),
  ['ACUTE', 'I'],
  ['NONAC', 'I'],
  ['OBSENC', 'B'],
  ['SS', 'O'],
  ['VR', 'O'],
  ['HH', 'O'],
  ['FLD', 'O'],
]);

/** PV1-2: `N` (not applicable) for who is in no class. */
export function patientClass(encounter: JsonObject): string {
  return CLASSES.get(textOf(objectOf(encounter.class).code)) ?? 'U';
}

/** PV1 of a visit. https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-pv1-to-encounter.html, the other way round. */
export function visitSegment(telling: Telling, encounter: JsonObject, peer: PeerProfile): OutgoingSegment {
  const stay = objectOf(encounter.hospitalization);
  const period = objectOf(encounter.period);
  const people = (type: string): OutgoingField =>
    practitioners(
      objectsOf(encounter.participant)
        .filter((each) => objectsOf(each.type).some((role) => codesOf(role).includes(type)))
        .map(({ individual }) => individual),
      telling,
      peer.names,
    );
  const before =
    telling.before?.resourceType === 'Encounter' && telling.resource.id === encounter.id ? telling.before : {};
  const [here, earlier] = [currentPlace(encounter), currentPlace(before)];
  const [service] = objectsOf(objectOf(encounter.serviceType).coding);
  return [
    'PV1',
    '1',
    patientClass(encounter),
    here === '' ? '' : place(here, telling, peer),
    '',
    preadmission(stay, peer),
    earlier === '' || earlier === here ? '' : place(earlier, telling, peer),
    people('ATND'),
    people('REF'),
    people('CON'),
    service === undefined ? '' : coded(service, peer),
    '',
    '',
    '',
    concept(stay.admitSource, peer),
    '',
    '',
    people('ADM'),
    '',
    visitNumber(encounter, peer),
    ...Array.from({ length: 16 }, () => ''),
    concept(stay.dischargeDisposition, peer),
    ...Array.from({ length: 7 }, () => ''),
    timestamp(textOf(period.start)),
    encounter.status === 'finished' ? timestamp(textOf(period.end)) : '',
  ];
}

/** PV1 of somebody without visit. */
export const NO_VISIT: OutgoingSegment = ['PV1', '1', 'N'];

function visitNumber({ identifier }: JsonObject, { names }: PeerProfile): OutgoingField {
  const known = objectsOf(identifier).filter(({ system }) => textOf(system) !== '');
  const chosen = identifierOfType([...known], 'VN') ?? known[0];
  return chosen && number(chosen, names);
}

function preadmission({ preAdmissionIdentifier }: JsonObject, { names }: PeerProfile): OutgoingField {
  return number(objectOf(preAdmissionIdentifier), names);
}

/** Where they are now: the last place that is not over; empty for none. */
export function currentPlace({ location }: JsonObject): string {
  const places = objectsOf(location).filter(({ status }) => status !== 'completed' && status !== 'planned');
  return referenceOf(places.at(-1)?.location);
}

/** v3-ServiceDeliveryLocationRoleType and location-physical-type: which component of PL a place is. */
const LEVELS: Readonly<Record<string, number | undefined>> = { wa: 0, ro: 1, bd: 2, si: 3, bu: 6, lvl: 7, wi: 0 };

/** PL: point of care, room, bed, and the places that they are part of, as far as they are known. */
export function place(reference: string, telling: Pick<Telling, 'find'>, { names }: PeerProfile): OutgoingField {
  const parts: (string | readonly string[])[] = Array.from({ length: 9 }, () => '');
  let next = reference;
  for (let depth = 0; next !== '' && depth < 6; depth += 1) {
    const location = telling.find(next);
    if (location === undefined) break;
    const [identifier = {}] = objectsOf(location.identifier);
    const name = textOf(identifier.value) || textOf(location.name);
    const level = LEVELS[codesOf(location.physicalType)[0] ?? ''] ?? (depth === 0 ? 0 : undefined);
    if (level === 3) parts[level] = hierarchic(identifier, name, names);
    else if (level !== undefined && parts[level] === '') parts[level] = name;
    next = referenceOf(location.partOf);
  }
  return parts;
}

function hierarchic(identifier: JsonObject, name: string, names: PeerProfile['names']): readonly string[] {
  const { namespace, universalId, type } = names.assigner(textOf(identifier.system));
  return [name || namespace, universalId, type];
}

/** The visit that something belongs to, or that there is none. */
export function visitOf(reference: JsonValue | undefined, telling: Telling, peer: PeerProfile): OutgoingSegment {
  const encounter = telling.find(referenceOf(reference));
  return encounter === undefined ? NO_VISIT : visitSegment(telling, encounter, peer);
}
