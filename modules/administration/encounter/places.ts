import type { ResourceOf } from '#sdk';
import { isLiveStatus, isOver } from './status.ts';

type Encounter = ResourceOf<'Encounter'>;
type Place = NonNullable<Encounter['location']>[number];

/** A Location that a patient has now: they are there, or it is kept for them. */
export interface HeldPlace {
  /** Of the Location. */
  readonly location: string;
  readonly kind: 'active' | 'reserved';
}

/** Locations of this server that an Encounter holds, each once; none when it has not begun or is over. */
export function heldPlaces({ status, location = [] }: Encounter): readonly HeldPlace[] {
  if (!isLiveStatus(status)) return [];
  const held = new Map<string, HeldPlace['kind']>();
  for (const place of location) {
    const id = /^Location\/([^/]+)$/.exec(place.location.reference ?? '')?.[1];
    if (id === undefined || isPast(place) || place.status === 'planned') continue;
    if (place.status !== 'reserved' || !held.has(id)) held.set(id, place.status === 'reserved' ? 'reserved' : 'active');
  }
  return [...held].map(([id, kind]) => ({ location: id, kind }));
}

/**
 * The places of a new version as the server keeps them: what is over stays as it was; who is no longer where they were left
 * now; who is somewhere else came now. Before an Encounter begins its places are plans, and after its end they stay.
 * @param now instant
 */
export function keptPlaces(before: Encounter, after: Encounter, now: string): readonly Place[] {
  const known = before.location ?? [];
  if (isOver(before.status) && isOver(after.status)) return known.length === 0 ? (after.location ?? []) : known;
  const past = known.filter(isPast);
  const open = known.filter((place) => !isPast(place));
  const sent = (after.location ?? []).filter((place) => !isPast(place));
  const wasLive = isLiveStatus(before.status);
  const isEnd = isOver(after.status) && wasLive;
  const isSame = (a: Place, b: Place): boolean =>
    a.location.reference === b.location.reference &&
    a.location.display === b.location.display &&
    (a.status ?? 'active') === (b.status ?? 'active');
  const staying = (place: Place): boolean => !isEnd && sent.some((each) => isSame(each, place));
  const left = open.filter((place) => !staying(place) && place.status !== 'planned' && wasLive);
  const present = isEnd
    ? []
    : sent.map((place) => {
        const same = open.find((each) => isSame(each, place));
        const since = same?.period?.start;
        if (wasLive && same !== undefined)
          return since === undefined ? withoutPeriod(place) : { ...place, period: { start: since } };
        return isLiveStatus(after.status) && place.status !== 'planned' ? { ...place, period: { start: now } } : place;
      });
  return [...past, ...left.map((place) => leftAt(place, now)), ...present];
}

function isPast({ status, period }: Place): boolean {
  return status === 'completed' || period?.end !== undefined;
}

/** What was kept for somebody was not where they were. */
function leftAt(place: Place, now: string): Place {
  return {
    ...place,
    status: place.status === 'reserved' ? 'reserved' : 'completed',
    period: { ...place.period, end: now },
  };
}

function withoutPeriod({ period: _period, ...place }: Place): Place {
  return place;
}
