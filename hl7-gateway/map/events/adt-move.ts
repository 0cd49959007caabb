import type { JsonObject } from '../../../server/kernel/json.ts';
import { CANONICAL } from '../canonical.ts';
import { date } from '../datatypes/date-time.ts';
import { humanNames } from '../datatypes/human-name.ts';
import { identifierOfCx, matchesOf } from '../datatypes/identifier.ts';
import { defineMap } from '../define-map.ts';
import { elementsOf, put, putAll } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MessageMap } from '../map-context.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { patientSegments } from './adt.ts';

/**
 * A43: numbers (MRG-1, PID-3) that were filed under the wrong patient (MRG-4, else who has them) belong to another one, whom PID-2 or
 * other numbers of PID-3 name (HL7 v2.5.1 §3.3.43). Both must be stored. Which records move along no message says: a
 * person gets a Task for that.
 */
const movedNumbers = defineMap(['ADT^A43'], (draft) => {
  for (const group of patientSegments(draft)) {
    const [pid, mrg] = ['PID', 'MRG'].map((name) => group.find((segment) => segment.name === name));
    if (pid === undefined || mrg === undefined)
      throw new MapFailure('The message has no PID or no MRG', pid === undefined ? 'PID' : 'MRG', '101');
    moveNumbers(draft, pid, mrg);
  }
});

export const MOVE_MAPS: readonly MessageMap[] = [movedNumbers];

function moveNumbers(draft: MappingDraft, pid: SegmentReader, mrg: SegmentReader): void {
  const [before, now] = [numbersIn(draft, mrg, 1), numbersIn(draft, pid, 3)];
  const known = new Set(before.map(keyOf));
  const moved = now.filter((each) => known.has(keyOf(each)));
  if (moved.length === 0) throw new MapFailure('MRG-1 and PID-3 have no number in common', 'MRG^1^1', '101');
  const moving = new Set(moved.map(keyOf));
  const others = (list: readonly JsonObject[]): readonly JsonObject[] =>
    list.filter((each) => !moving.has(keyOf(each)));
  const from = [...moved, ...numbersIn(draft, mrg, 4), ...others(before)];
  const to = [...numbersIn(draft, pid, 2), ...others(now)];
  if (to.length === 0) throw new MapFailure('PID-2 and PID-3 do not say to whom the number belongs', 'PID^1^2', '101');
  for (const each of [...from, ...to]) draft.addPatient(keyOf(each));
  const eventTime = eventTimeOf(draft);
  const source = draft.add(mrg.place, {
    resource: { resourceType: 'Patient' },
    match: matchesOf([...from]),
    mode: 'update',
    clears: moved.map((each) => `identifier[system|value=${keyOf(each)}]`),
    eventTime,
  });
  const target = draft.add(pid.place, {
    resource: { resourceType: 'Patient', identifier: [...moved] },
    match: matchesOf([...to]),
    mode: 'update',
    defaults: personIn(pid, draft),
  });
  addTask(draft, pid.place, { source, target, moved });
}

/** Name and birth date, by which the wrong person is seen. */
function personIn(pid: SegmentReader, draft: MappingDraft): JsonObject {
  pid.skip(1);
  const person = elementsOf('Patient');
  putAll(person, 'name', pid, 5, (value) => [...humanNames(value, draft)]);
  put(person, 'birthDate', pid, 7, date);
  const { name, birthDate } = person.resource;
  return { ...(name === undefined ? {} : { name }), ...(birthDate === undefined ? {} : { birthDate }) };
}

interface Move {
  readonly source: string;
  readonly target: string;
  readonly moved: readonly JsonObject[];
}

function addTask(draft: MappingDraft, place: string, { source, target, moved }: Move): void {
  const identifier = ownIdentity(draft, 'moved-number', [...moved.map(keyOf), eventTimeOf(draft)]);
  draft.add(`${place} records`, {
    resource: {
      resourceType: 'Task',
      ...(identifier === undefined ? {} : { identifier: [identifier] }),
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: `${CANONICAL}/CodeSystem/hl7-task`, code: 'records-to-move' }] },
      description:
        'A number belongs to another patient than it was filed under. Records that came with it are still where they were: move those that are not of the former patient.',
      focus: { reference: source },
      for: { reference: target },
      authoredOn: eventTimeOf(draft),
      performerType: [{ coding: [{ system: `${CANONICAL}/CodeSystem/clinic-role`, code: 'receptionist' }] }],
    },
    match: matchesOf(identifier === undefined ? [] : [identifier]),
    mode: 'create',
  });
}

/** Numbers of which is known who gave them: others could be of anybody. */
function numbersIn(draft: MappingDraft, segment: SegmentReader, field: number): readonly JsonObject[] {
  return segment
    .values(field)
    .map((value) => identifierOfCx(value, draft))
    .filter((each) => each !== undefined)
    .filter(({ system, value }) => typeof system === 'string' && typeof value === 'string');
}

function keyOf({ system, value }: JsonObject): string {
  return `${String(system)}|${String(value)}`;
}
