import type { JsonObject } from '../../../server/kernel/json.ts';
import type { OutgoingSegment } from '../../hl7/build-message.ts';
import { hasChanged } from '../has-changed.ts';
import { numbers } from '../datatypes/numbers.ts';
import { personNames } from '../../map/written/names.ts';
import { timestamp } from '../datatypes/times.ts';
import { objectOf, objectsOf, referenceOf, textOf } from '../../map/json.ts';
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
  const former = before === undefined ? [] : formerNumbers(before, resource);
  if (former.length > 0) return numbersMessage(telling, former);
  return {
    events: before === undefined ? ['ADT^A28', 'ADT^A31', 'ADT^A08'] : ['ADT^A31', 'ADT^A08'],
    segments: (event, peer) => [
      eventSegment(telling, event),
      patientSegment(resource, peer),
      ...(event === 'ADT^A08' ? [NO_VISIT] : []),
    ],
  };
}

/** Numbers that have given way to another one of the same giver. */
function formerNumbers(before: JsonObject, after: JsonObject): readonly JsonObject[] {
  const [were, are] = [before, after].map(({ identifier }) => objectsOf(identifier).filter(({ use }) => use !== 'old'));
  const known = new Set((were ?? []).map(keyOf));
  const kept = new Set((are ?? []).map(keyOf));
  const replaced = new Set((are ?? []).filter((each) => !known.has(keyOf(each))).map(({ system }) => textOf(system)));
  return (were ?? []).filter((each) => !kept.has(keyOf(each)) && replaced.has(textOf(each.system)));
}

/** A47: MRG-1 has the numbers that were before. Who takes none is told of the change alone. */
function numbersMessage(telling: Telling, former: readonly JsonObject[]): Outgoing {
  return {
    events: ['ADT^A47', 'ADT^A31', 'ADT^A08'],
    segments: (event, peer) => [
      eventSegment(telling, event),
      patientSegment(telling.resource, peer),
      ...(event === 'ADT^A47' ? [['MRG', { repetitions: numbers([...former], peer.names) }] as const] : []),
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

/**
 * MRG: the numbers as they were, without those that both charts had. The survivor may have taken all of them over as its own: then
 * they are what names the chart that is no more, as MRG-1 must name one.
 */
function formerSegment({ resource, before }: Telling, survivor: JsonObject, { names }: PeerProfile): OutgoingSegment {
  const former = before ?? resource;
  const kept = new Set(
    objectsOf(survivor.identifier)
      .filter(({ use }) => use !== 'old')
      .map(keyOf),
  );
  const had = objectsOf(former.identifier);
  const gone = had.filter((each) => !kept.has(keyOf(each)));
  const told = (gone.length > 0 ? gone : had).map(({ use, ...each }) =>
    use === 'old' ? { ...each } : { use, ...each },
  );
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
