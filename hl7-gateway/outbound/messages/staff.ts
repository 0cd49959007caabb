import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingField, OutgoingSegment } from '../../hl7/build-message.ts';
import { addresses, personNames, telecoms } from '../../map/written/names.ts';
import { numbers, ownNumber } from '../datatypes/numbers.ts';
import { day } from '../datatypes/times.ts';
import { codesOf, objectOf, objectsOf, textOf } from '../../map/json.ts';
import { SEXES } from '../../map/written/sexes.ts';
import { masterRecord, recordChange, type RecordChange } from '../segments/master-file.ts';
import type { Change, Outgoing, PeerProfile, Telling } from '../tell.ts';

/** What STF and PRA say. */
const SAID = ['identifier', 'name', 'gender', 'birthDate', 'active', 'telecom', 'address', 'qualification'];

/** MFN^M02: somebody of the staff is new, changed, not active any more, or active again. */
export function staffMessage(telling: Telling): Outgoing | undefined {
  const change = staffChange(telling);
  if (change === undefined) return undefined;
  const { resource } = telling;
  // One whose number is no partner's is known by the one that is always the same.
  const key = ownNumber(resource);
  const record = { file: 'PRA', title: 'Practitioner master file', change, key, keyType: 'ST' } as const;
  return {
    events: ['MFN^M02'],
    segments: (_event, peer) => [
      ...masterRecord(resource, record, key, peer),
      staffSegment(resource, key, peer),
      ...licenses(resource, key, peer),
    ],
  };
}

export function staffChange(change: Change): RecordChange | undefined {
  return recordChange(change, SAID, ({ active }) => active !== false);
}

function staffSegment(person: JsonObject, key: string, peer: PeerProfile): OutgoingSegment {
  const isMail = ({ system }: JsonObject): boolean => system === 'email';
  return [
    'STF',
    key,
    { repetitions: numbers(person.identifier, peer.names) },
    { repetitions: personNames(person.name) },
    '',
    SEXES[textOf(person.gender)] ?? '',
    day(textOf(person.birthDate)),
    person.active === false ? 'I' : 'A',
    '',
    '',
    { repetitions: telecoms(person.telecom, (point) => !isMail(point)) },
    { repetitions: addresses(person.address) },
    '',
    '',
    '',
    {
      repetitions: objectsOf(person.telecom)
        .filter(isMail)
        .map(({ value }) => textOf(value)),
    },
  ];
}

/** PRA-6: numbers of licences, with their kind, who gave them, and until when they hold. */
function licenses({ qualification }: JsonObject, key: string, peer: PeerProfile): readonly OutgoingSegment[] {
  const repetitions = objectsOf(qualification).flatMap(({ identifier, code, period }) => {
    const { value, system } = objectsOf(identifier)[0] ?? {};
    if (textOf(value) === '') return [];
    const { namespace, universalId } = peer.names.assigner(textOf(system));
    const [kind = ''] = codesOf(code);
    return [[textOf(value), kind, namespace || universalId, day(textOf(objectOf(period).end))]];
  });
  const field: OutgoingField = { repetitions };
  return repetitions.length === 0 ? [] : [['PRA', key, '', '', '', '', field]];
}
