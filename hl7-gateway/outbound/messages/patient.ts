import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingSegment } from '../../hl7/build-message.ts';
import { hasChanged } from '../has-changed.ts';
import { numbers } from '../datatypes/numbers.ts';
import { personNames } from '../datatypes/names.ts';
import { timestamp } from '../datatypes/times.ts';
import { objectOf, objectsOf, referenceOf, textOf } from '../json.ts';
import { patientSegment } from '../segments/patient.ts';
import { NO_VISIT } from '../segments/visit.ts';
import type { Outgoing, PeerProfile, Telling } from '../tell.ts';

/** What PID says. */
const SAID = [
  'identifier',
  'name',
  'telecom',
  'gender',
  'birthDate',
  '_birthDate',
  'deceasedBoolean',
  'deceasedDateTime',
  'address',
  'maritalStatus',
  'multipleBirthBoolean',
  'multipleBirthInteger',
  'communication',
  'active',
  'extension',
];

/**
 * A person that is new (A28), changed (A31, or A08 to who takes no A31), or whose chart has become part of another one (A40). What is
 * no patient any more is not told of again.
 */
export function patientMessage(telling: Telling): Outgoing | undefined {
  const { resource, before } = telling;
  const survivor = survivorOf(telling);
  if (survivor !== undefined) return mergeMessage(telling, survivor);
  if (isReplaced(resource)) return undefined;
  if (before !== undefined && !hasChanged(before, resource, SAID)) return undefined;
  return {
    events: before === undefined ? ['ADT^A28', 'ADT^A31', 'ADT^A08'] : ['ADT^A31', 'ADT^A08'],
    segments: (event, peer) => [
      eventSegment(telling, event),
      patientSegment(resource, peer),
      ...(event === 'ADT^A08' ? [NO_VISIT] : []),
    ],
  };
}

function isReplaced({ link }: JsonObject): boolean {
  return objectsOf(link).some(({ type }) => type === 'replaced-by');
}

/** The chart that a version of another one became part of; undefined where it was so before. */
function survivorOf({ resource, before, find }: Telling): JsonObject | undefined {
  if (before !== undefined && isReplaced(before)) return undefined;
  const link = objectsOf(resource.link).find(({ type }) => type === 'replaced-by');
  return link === undefined ? undefined : find(referenceOf(link.other));
}

/** A40, or A34 (one number) of older peers: MRG-1 has the numbers of the chart that is no more. */
function mergeMessage(telling: Telling, survivor: JsonObject): Outgoing {
  return {
    events: ['ADT^A40', 'ADT^A34'],
    segments: (event, peer) => [
      eventSegment(telling, event),
      patientSegment(survivor, peer),
      formerSegment(telling, survivor, peer),
    ],
  };
}

/** MRG: the numbers as they were, without those that both charts had. */
function formerSegment({ resource, before }: Telling, survivor: JsonObject, { names }: PeerProfile): OutgoingSegment {
  const former = before ?? resource;
  const kept = new Set(
    objectsOf(survivor.identifier)
      .filter(({ use }) => use !== 'old')
      .map(keyOf),
  );
  const gone = objectsOf(former.identifier).filter((each) => !kept.has(keyOf(each)));
  const told = gone.map(({ use, ...each }) => (use === 'old' ? { ...each } : { use, ...each }));
  const repetitions = numbers(told, names);
  return ['MRG', { repetitions }, '', '', '', '', '', { repetitions: personNames(former.name) }];
}

function keyOf({ system, value }: JsonObject): string {
  return `${textOf(system)}|${textOf(value)}`;
}

/** EVN: when it was written here, and who says when it happened. */
export function eventSegment({ resource }: Telling, event: string, happened = ''): OutgoingSegment {
  const trigger = event.split('^')[1] ?? '';
  const recorded = timestamp(textOf(objectOf(resource.meta).lastUpdated));
  return ['EVN', trigger, recorded, '', '', '', timestamp(happened)];
}
