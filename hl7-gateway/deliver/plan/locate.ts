import type { DeliverableMessage } from '../delivered.ts';
import type { MappedEntry } from '../../map/mapped-message.ts';
import type { Target } from './target.ts';
import { locatePatient } from './locate-patient.ts';
import { isParking, type Parking } from './parking.ts';
import type { WorkSet } from './work-set.ts';

/** An entry of a message and the resource of which it speaks; undefined: one that is to be made. */
export interface Located {
  readonly entry: MappedEntry;
  readonly target: Target | undefined;
}

/** Finds what each entry speaks of, or why a person has to say so. Nothing is changed. */
export function locate(message: DeliverableMessage, work: WorkSet): readonly Located[] | Parking {
  const located: Located[] = [];
  for (const entry of message.mapped.entries) {
    const isPatient = entry.resource.resourceType === 'Patient';
    const target = isPatient ? locatePatient(entry, message, work) : locateEntry(entry, work);
    if (target !== undefined && isParking(target)) {
      if (target.reason === 'target-unknown' && entry.isOptional === true) continue;
      return target;
    }
    located.push({ entry, target });
  }
  return located;
}

function locateEntry(
  { resource: { resourceType: type }, match, mode }: MappedEntry,
  work: WorkSet,
): Target | Parking | undefined {
  for (const query of match) {
    const [first, ...others] = work.found(type, query);
    if (first === undefined) continue;
    // Whoever is only named is the same one under each copy.
    if (others.length === 0 || mode === 'create') return first;
    return { reason: 'target-conflict', text: `Several ${type} resources have the identity of one.` };
  }
  if (mode !== 'update') return undefined;
  return { reason: 'target-unknown', text: `The ${type} that the message changes is not stored.` };
}
