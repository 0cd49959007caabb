import type { JsonObject } from '../../../server/kernel/json.ts';
import { hasChanged } from '../has-changed.ts';
import { objectOf, textOf } from '../../map/json.ts';
import { patientSegment } from '../segments/patient.ts';
import { currentPlace, patientClass, visitSegment } from '../segments/visit.ts';
import { subjectOf } from '../subject.ts';
import type { Change, Outgoing, Telling } from '../tell.ts';
import { eventSegment } from './patient.ts';

/** What PV1 says. */
const SAID = ['class', 'participant', 'location', 'hospitalization', 'serviceType', 'period', 'identifier', 'subject'];

/** The course of a visit: planned, begun, moved, ended, taken back, or otherwise (A08). */
export function encounterMessage(telling: Telling): Outgoing | undefined {
  const events = encounterEvents(telling);
  const patient = subjectOf(telling);
  if (events === undefined || patient === undefined) return undefined;
  const { resource } = telling;
  return {
    events,
    segments: (event, peer) => [
      eventSegment(telling, event, happenedAt(resource, event)),
      patientSegment(patient, peer),
      visitSegment(telling, resource, peer),
    ],
  };
}

type Stage = 'none' | 'planned' | 'here' | 'finished' | 'cancelled';

const STAGES: Readonly<Record<string, Stage | undefined>> = {
  planned: 'planned',
  arrived: 'here',
  triaged: 'here',
  'in-progress': 'here',
  onleave: 'here',
  finished: 'finished',
  cancelled: 'cancelled',
  'entered-in-error': 'cancelled',
};

/** Events of a change, the best first; undefined: nothing that a message would tell. */
export function encounterEvents({ resource, before }: Change): readonly string[] | undefined {
  const [was, is] = [stageOf(before), stageOf(resource)];
  const isInpatient = ['I', 'B'].includes(patientClass(resource));
  const isAsBefore = before !== undefined && !hasChanged(before, resource, SAID);
  switch (is) {
    case 'planned':
      if (was === 'here') return isInpatient ? ['ADT^A11'] : ['ADT^A11', 'ADT^A08'];
      if (was === 'planned') return isAsBefore ? undefined : ['ADT^A08'];
      return ['ADT^A05', 'ADT^A14'];
    case 'here':
      if (was === 'finished') return ['ADT^A13'];
      if (was !== 'here') return isInpatient ? ['ADT^A01'] : ['ADT^A04'];
      if (isAsBefore) return undefined;
      return hasMoved(before, resource) ? ['ADT^A02', 'ADT^A08'] : ['ADT^A08'];
    case 'finished':
      if (was === 'here' || was === 'planned') return ['ADT^A03'];
      return was === 'none' || isAsBefore ? undefined : ['ADT^A08'];
    case 'cancelled':
      if (was === 'planned') return ['ADT^A38', 'ADT^A27', 'ADT^A11'];
      return was === 'here' || was === 'finished' ? ['ADT^A11'] : undefined;
    case 'none':
      return undefined;
  }
}

function stageOf(encounter: JsonObject | undefined): Stage {
  return (encounter && STAGES[textOf(encounter.status)]) ?? 'none';
}

function hasMoved(before: JsonObject | undefined, after: JsonObject): boolean {
  const [was, is] = [currentPlace(before ?? {}), currentPlace(after)];
  return was !== '' && is !== '' && was !== is;
}

/** EVN-6, where the visit says so. */
function happenedAt({ period }: JsonObject, event: string): string {
  const { start, end } = objectOf(period);
  if (event === 'ADT^A01' || event === 'ADT^A04') return textOf(start);
  return event === 'ADT^A03' ? textOf(end) : '';
}
