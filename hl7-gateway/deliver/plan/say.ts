import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import type { MappedEntry } from '../../map/mapped-message.ts';
import { isSuperseded, withEventTime } from '../content/event-time.ts';
import { firstContent, isAddition, overlaid } from '../content/overlay.ts';
import { isSameJson } from '../content/same-json.ts';
import type { Parking } from './parking.ts';
import type { Target } from './target.ts';

/** What an entry does to its resource: `superseded`: nothing, since what is stored is newer. */
export type Said = 'changed' | 'unchanged' | 'superseded' | Parking;

/**
 * Writes into the target what an entry says of it.
 * @param entry with references that are links already
 * @param mayMove whether the event moves things from one patient to another
 */
export function say(entry: MappedEntry, target: Target, message: number, mayMove: boolean): Said {
  const { after } = target;
  const time = isAddition(entry) || entry.mode === 'create' ? undefined : entry.eventTime;
  if (after === undefined) {
    target.after = withEventTime(firstContent(entry), time);
    return changed(target, message);
  }
  if (entry.mode === 'create') return sayInPassing(entry, target, message);
  target.isInPassing = false;
  if (!mayMove && isOfAnother(after, entry.resource)) {
    const text = `The ${target.type} that has the identity of the message's is of another patient.`;
    return { reason: 'patient-conflict', text };
  }
  if (time !== undefined && isSuperseded(after, entry)) return 'superseded';
  const said = withEventTime(overlaid(after, entry), time);
  if (isSameJson(said, after)) return 'unchanged';
  target.after = said;
  return changed(target, message);
}

/** What is stored stays, but for lists that it adds to. */
function sayInPassing(entry: MappedEntry, target: Target, message: number): Said {
  const { adds = [] } = entry;
  const resource: MappedEntry['resource'] = { resourceType: target.type };
  for (const element of adds) if (entry.resource[element] !== undefined) resource[element] = entry.resource[element];
  const after = target.after ?? {};
  const said = adds.length === 0 ? after : overlaid(after, { resource, adds });
  if (isSameJson(said, after)) return 'unchanged';
  target.after = said;
  target.isInPassing = false;
  return changed(target, message);
}

function changed(target: Target, message: number): Said {
  target.changedBy.add(message);
  return 'changed';
}

/** A number that a sender uses twice must not take one patient's things to another one. */
function isOfAnother(stored: JsonObject, said: JsonObject): boolean {
  return ['subject', 'patient', 'beneficiary', 'for'].some((element) => {
    const [is, was] = [referenceOf(said[element]), referenceOf(stored[element])];
    const isOfPatient = was?.startsWith('Patient/') === true || is?.startsWith('Patient/') === true;
    return is !== undefined && was !== undefined && is !== was && isOfPatient;
  });
}

function referenceOf(value: JsonObject[string]): string | undefined {
  return isObject(value) && typeof value.reference === 'string' ? value.reference : undefined;
}
