import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingSegment } from '../../hl7/build-message.ts';
import { objectOf, textOf } from '../../map/json.ts';
import { addresses, telecoms } from '../../map/written/names.ts';
import { concepts } from '../datatypes/concepts.ts';
import { ownNumber } from '../datatypes/numbers.ts';
import { masterRecord, recordChange, type RecordChange } from '../segments/master-file.ts';
import { place } from '../segments/visit.ts';
import type { Change, Outgoing, PeerProfile, Telling } from '../tell.ts';

/** What LOC says. */
const SAID = [
  'identifier',
  'name',
  'description',
  'status',
  'type',
  'physicalType',
  'partOf',
  'address',
  'telecom',
  'managingOrganization',
];

/** MFN^M05: a place is new, changed, not in use any more, or in use again. */
export function placeMessage(telling: Telling): Outgoing | undefined {
  const change = placeChange(telling);
  if (change === undefined) return undefined;
  const { resource } = telling;
  return {
    events: ['MFN^M05'],
    segments: (_event, peer) => {
      const key = keyOf(telling, peer);
      const record = { file: 'LOC', title: 'Location master file', change, key, keyType: 'PL' } as const;
      return [...masterRecord(resource, record, ownNumber(resource), peer), placeSegment(resource, key, peer)];
    },
  };
}

export function placeChange(change: Change): RecordChange | undefined {
  return recordChange(change, SAID, ({ status }) => status === undefined || status === 'active');
}

/** PL, as PV1-3 of visits names it. */
function keyOf({ resource, find }: Telling, peer: PeerProfile): ReturnType<typeof place> {
  const own = `Location/${textOf(resource.id)}`;
  return place(own, { find: (reference) => (reference === own ? resource : find(reference)) }, peer);
}

function placeSegment(resource: JsonObject, key: ReturnType<typeof place>, peer: PeerProfile): OutgoingSegment {
  const address = resource.address === undefined ? [] : addresses([objectOf(resource.address)]);
  return [
    'LOC',
    key,
    textOf(resource.description) || textOf(resource.name),
    concepts(resource.type, peer),
    ['', textOf(objectOf(resource.managingOrganization).display)],
    { repetitions: address },
    { repetitions: telecoms(resource.telecom, () => true) },
  ];
}
