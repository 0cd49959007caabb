import { defineRule, type Stored, type ResourceOf } from '#sdk';
import { isPossibleHistory, keptHistories } from '../encounter/history.ts';
import { withLocalPlaces } from '../encounter/local-places.ts';
import { keptPlaces } from '../encounter/places.ts';
import { isLiveStatus, isOver, nextStatuses } from '../encounter/status.ts';
import { faults } from '../faults.ts';

type Encounter = ResourceOf<'Encounter'>;

/**
 * An Encounter goes its way, and when it came where is what the server has seen, not what clients say. One that comes from
 * elsewhere keeps the past that it was sent with.
 */
export const encounterCourse = defineRule<'Encounter'>({
  name: 'encounter-course',
  on: 'Encounter',
  async change({ before, after: sent }, context) {
    if (sent === undefined) return undefined;
    const after = await withLocalPlaces(sent, context);
    if (before === undefined) {
      checkPast(after, context.now().getTime());
      return after;
    }
    const next = nextStatuses(before);
    if (after.status !== before.status && !next.includes(after.status)) throw faults.statusRefused(before.status, next);
    return keptBy(before, after, context.now().toISOString());
  },
});

function checkPast({ statusHistory = [], classHistory = [] }: Encounter, now: number): void {
  if (![statusHistory, classHistory].every((history) => isPossibleHistory(history, now)))
    throw faults.historyContradicts();
}

/** The same object when nothing is to be changed: a resource that a rule has changed is validated again. */
function keptBy(before: Stored<'Encounter'>, after: Encounter, now: string): Encounter {
  const { statusHistory: _statuses, classHistory: _classes, location: _places, ...rest } = after;
  const histories = keptHistories(before, after, now);
  const places = keptPlaces(before, after, now);
  const period = periodOf(before, { ...after, ...histories }, now);
  const kept: Encounter = {
    ...rest,
    ...histories,
    ...(period === undefined ? {} : { period }),
    ...(places.length === 0 ? {} : { location: [...places] }),
  };
  const isSame = (['statusHistory', 'classHistory', 'period', 'location'] as const).every(
    (name) => JSON.stringify(kept[name]) === JSON.stringify(after[name]),
  );
  return isSame ? after : kept;
}

/** It begins when the patient is there and ends when they go, where nobody has said so. */
function periodOf(before: Encounter, after: Encounter, now: string): Encounter['period'] {
  const { status, period, statusHistory = [] } = after;
  if (status === before.status) return period;
  if (isOver(before.status)) return isOver(status) ? period : reopened(before, period);
  const isEnd = status === 'finished';
  if (!isEnd && !isLiveStatus(status)) return period;
  const first = statusHistory.find((spell) => isLiveStatus(spell.status))?.period.start;
  const start = period?.start ?? first ?? now;
  return { ...period, start, ...(isEnd && period?.end === undefined ? { end: now } : {}) };
}

/** An end that was taken back is none. */
function reopened({ period: ended }: Encounter, period: Encounter['period']): Encounter['period'] {
  if (period?.end === undefined || period.end !== ended?.end) return period;
  const { end: _, ...rest } = period;
  return Object.keys(rest).length === 0 ? undefined : rest;
}
