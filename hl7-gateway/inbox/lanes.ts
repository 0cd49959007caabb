import { createHash } from 'node:crypto';
import type { ParsedMessage, ParsedSegment } from '../hl7/parsed-message.ts';
import type { PartnerSystems } from '../map/map-context.ts';

/** Beyond these, identifiers of one message neither order it nor find it. */
const MOST = 1000;

/** Segment and field of patients' identifiers (CX): who it is about, and who goes in a merge. */
const IDENTIFIERS = [
  ['PID', 3],
  ['MRG', 1],
] as const;

/** Where older messages have them, when the list is empty; and who a number moves from and to (A43). */
const OLDER: Readonly<Record<'PID' | 'MRG', readonly number[]>> = { PID: [2, 4], MRG: [4] };

/**
 * Lanes of a message: messages that share one are applied in order of arrival, others at the same time. It is in the lane of every
 * identifier of its patients; a merge is so in those of both. The same identifier of the same assigner is one lane, whichever partner
 * sends it. What tells of no patient follows what the partner sent of that kind before.
 */
export function lanesOf(message: ParsedMessage, partner: string, systems: PartnerSystems): readonly bigint[] {
  const keys = new Set<string>();
  for (const segment of message.segments) {
    for (const [name, field] of IDENTIFIERS) {
      if (segment.name !== name) continue;
      const before = keys.size;
      addIdentifiers(segment, field, systems, keys);
      if (keys.size === before || message.event === 'ADT^A43')
        for (const older of OLDER[name]) addIdentifiers(segment, older, systems, keys);
    }
    if (keys.size >= MOST) break;
  }
  if (keys.size === 0) return [laneOf(`${partner}\n${message.header.get(9, 1, 1)}`)];
  return [...keys].slice(0, MOST).map(laneOf);
}

/** A lane of its own: it waits for nothing, and nothing waits for it. */
export function ownLane(id: string): bigint {
  return laneOf(`own\n${id}`);
}

function addIdentifiers(segment: ParsedSegment, field: number, systems: PartnerSystems, keys: Set<string>): void {
  const repetitions = Math.min(segment.repetitions(field), MOST);
  for (let repetition = 1; repetition <= repetitions; repetition += 1) {
    const value = segment.get(field, repetition, 1).trim();
    if (value === '') continue;
    const part = (subcomponent: number): string => segment.get(field, repetition, 4, subcomponent).trim();
    keys.add(`${systems.ofAssigner(part(1), part(2), part(3)) ?? ''}|${value}`);
  }
}

/** Two keys of one number only wait for each other without need. */
function laneOf(key: string): bigint {
  return createHash('sha256').update(key).digest().readBigInt64BE();
}
