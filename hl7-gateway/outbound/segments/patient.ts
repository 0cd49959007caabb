import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { coreExtension } from '../../map/canonical.ts';
import { concept } from '../datatypes/concepts.ts';
import { addresses, personNames, telecoms } from '../../map/written/names.ts';
import { numbers } from '../datatypes/numbers.ts';
import { timestamp } from '../datatypes/times.ts';
import { extensionOf, objectOf, objectsOf, textOf } from '../../map/json.ts';
import type { PeerProfile } from '../tell.ts';
import { SEXES } from '../../map/written/sexes.ts';

/** v3-MaritalStatus as HL7 table 0002 has it. */
const MARITAL: Readonly<Record<string, string | undefined>> = { L: 'A', T: 'P' };

/**
 * PID. @param account PID-18
 *
 * https://build.fhir.org/ig/HL7/v2-to-fhir/ConceptMap-segment-pid-to-patient.html, the other way round.
 */
export function patientSegment(patient: JsonObject, peer: PeerProfile, account: OutgoingField = ''): OutgoingSegment {
  const isWork = ({ use }: JsonObject): boolean => use === 'work';
  return [
    'PID',
    '1',
    '',
    { repetitions: numbers(patient.identifier, peer.names) },
    '',
    { repetitions: personNames(patient.name) },
    motherName(patient),
    birthTime(patient),
    SEXES[textOf(patient.gender)] ?? '',
    '',
    '',
    { repetitions: addresses(patient.address) },
    '',
    { repetitions: telecoms(patient.telecom, (point) => !isWork(point)) },
    { repetitions: telecoms(patient.telecom, isWork) },
    language(patient, peer),
    maritalStatus(patient, peer),
    '',
    account,
    '',
    '',
    '',
    '',
    textOf(objectOf(extensionOf(patient, coreExtension('patient-birthPlace')).valueAddress).text),
    multipleBirth(patient.multipleBirthBoolean),
    typeof patient.multipleBirthInteger === 'number' ? String(patient.multipleBirthInteger) : '',
    '',
    '',
    '',
    timestamp(textOf(patient.deceasedDateTime)),
    patient.deceasedBoolean === true || textOf(patient.deceasedDateTime) !== '' ? 'Y' : '',
  ];
}

function motherName(patient: JsonObject): OutgoingField {
  const { valueString } = extensionOf(patient, coreExtension('patient-mothersMaidenName'));
  return textOf(valueString) === '' ? '' : [textOf(valueString), '', '', '', '', '', 'M'];
}

function birthTime(patient: JsonObject): string {
  const { valueDateTime } = extensionOf(objectOf(patient._birthDate), coreExtension('patient-birthTime'));
  return timestamp(textOf(valueDateTime) || textOf(patient.birthDate));
}

function language({ communication }: JsonObject, peer: PeerProfile): OutgoingField {
  const list = objectsOf(communication);
  const preferred = list.find((each) => each.preferred === true) ?? (list.length === 1 ? list[0] : undefined);
  return preferred === undefined ? '' : concept(preferred.language, peer);
}

function maritalStatus({ maritalStatus: status }: JsonObject, peer: PeerProfile): OutgoingField {
  const [coding] = objectsOf(objectOf(status).coding);
  if (coding === undefined || !textOf(coding.system).endsWith('/v3-MaritalStatus')) return concept(status, peer);
  const code = textOf(coding.code);
  return [MARITAL[code] ?? code, textOf(coding.display), 'HL70002'];
}

function multipleBirth(value: JsonObject[string]): string {
  return typeof value === 'boolean' ? (value ? 'Y' : 'N') : '';
}
