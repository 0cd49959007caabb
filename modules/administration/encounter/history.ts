import type { ResourceOf, Stored } from '#sdk';
import { isOver } from './status.ts';

type Encounter = ResourceOf<'Encounter'>;
type Period = NonNullable<NonNullable<Encounter['statusHistory']>[number]['period']>;

/** An entry of statusHistory or classHistory. */
interface Spell {
  readonly period: Period;
}

/**
 * Histories as the server keeps them: entries follow each other, and the last one is open: it is what is now. The first
 * version of an Encounter needs none, as its time is known; the second one begins the history.
 * @param now instant
 */
export function keptHistories(
  before: Stored<'Encounter'>,
  after: Encounter,
  now: string,
): Pick<Encounter, 'statusHistory' | 'classHistory'> {
  if (isOver(before.status) && isOver(after.status)) {
    return historiesOf(before.statusHistory ?? [], before.classHistory ?? []);
  }
  const statuses = continued(
    before.statusHistory ?? [],
    { of: ({ status }) => status, was: before.status, is: isOver(after.status) ? undefined : after.status },
    (status, period) => ({ status, period }),
    before.meta.lastUpdated,
    now,
  );
  // What it was called while it was over has no place in its history.
  const known = isOver(before.status) ? before.classHistory?.at(-1)?.class : undefined;
  const was = JSON.stringify(known ?? before.class);
  const isClassKept = was === JSON.stringify(after.class);
  const classes = isClassKept
    ? (before.classHistory ?? [])
    : continued(
        before.classHistory ?? [],
        {
          of: ({ class: coding }) => JSON.stringify(coding),
          was,
          is: JSON.stringify(after.class),
        },
        (text, period) => ({ class: JSON.parse(text) as Encounter['class'], period }),
        statuses[0]?.period.start ?? before.meta.lastUpdated,
        now,
      );
  return historiesOf(statuses, classes);
}

/** FHIR knows no empty arrays. */
function historiesOf(
  statuses: NonNullable<Encounter['statusHistory']>,
  classes: NonNullable<Encounter['classHistory']>,
): Pick<Encounter, 'statusHistory' | 'classHistory'> {
  return {
    ...(statuses.length === 0 ? {} : { statusHistory: statuses }),
    ...(classes.length === 0 ? {} : { classHistory: classes }),
  };
}

/** @param is undefined when nothing follows */
function continued<K extends string, S extends Spell>(
  history: readonly S[],
  { of, was, is }: { of(spell: S): K; readonly was: K; readonly is: K | undefined },
  make: (key: K, period: Period) => S,
  since: string,
  now: string,
): S[] {
  const last = history.at(-1);
  const isOpen = last !== undefined && last.period.end === undefined && of(last) === was;
  const known = isOpen ? [...history] : [...history, make(was, { start: last?.period.end ?? since })];
  if (is === was) return known;
  const closed = known.map((spell, place) =>
    place === known.length - 1 ? { ...spell, period: { ...spell.period, end: now } } : spell,
  );
  return is === undefined ? closed : [...closed, make(is, { start: now })];
}

/**
 * Whether what a new Encounter says of its past can have been: in order, without overlap, not later than now.
 * @param now milliseconds
 */
export function isPossibleHistory(history: readonly Spell[], now: number): boolean {
  let earliest = -Infinity;
  for (const { period } of history) {
    const start = timeOf(period.start) ?? earliest;
    const end = timeOf(period.end) ?? start;
    if (start < earliest || end < start || start > now + TOLERANCE) return false;
    earliest = end;
  }
  return true;
}

/** Milliseconds between clocks, and what a date without time may be ahead of UTC. */
const TOLERANCE = 14 * 60 * 60 * 1000;

function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}
