import type { MappedEntry, MappedResource } from '../../map/mapped-message.ts';
import { relinked } from '../content/relink.ts';
import type { DeliverableMessage } from '../delivered.ts';
import type { Stored } from '../read/stored.ts';
import { locate, type Located } from './locate.ts';
import { planMerges, type MergeCall } from './plan-merges.ts';
import { isParking, type Parking } from './parking.ts';
import { say } from './say.ts';
import type { Target } from './target.ts';
import { createWorkSet, type WorkSet } from './work-set.ts';

/** What is to be done for a message. */
export type Planned =
  | Parking
  | {
      /** Of what it speaks. */
      readonly targets: readonly Target[];
      /** What it leaves as it is. */
      readonly superseded: readonly Target[];
      readonly merges: readonly MergeCall[];
      /** Its Provenance as its map made it, references linked. */
      readonly provenance?: MappedResource;
    };

export interface Plan {
  /** In the order of the messages; undefined: an earlier attempt went through. */
  readonly messages: readonly (Planned | undefined)[];
  readonly targets: readonly Target[];
}

/** Events that move visits and accounts from one patient to another. */
const MOVES = /^ADT\^A(4[1-5]|3[56]|50|51)$/;

/** From what messages say and what is stored to how it will be. Messages follow one another; one that is parked changes nothing. */
export function makePlan(messages: readonly DeliverableMessage[], stored: Stored): Plan {
  const work = createWorkSet(stored);
  const planned = messages.map((message, place): Planned | undefined => {
    if (stored.applied(message.id) !== undefined) return undefined;
    if (message.mapped.unmappedCodes.some(({ isRequired }) => isRequired)) {
      return { reason: 'unmapped-code', text: 'A code that FHIR requires has no translation yet.' };
    }
    return planMessage(message, place, work);
  });
  return { messages: planned, targets: work.targets };
}

function planMessage(message: DeliverableMessage, place: number, work: WorkSet): Planned {
  const located = locate(message, work);
  if (isParking(located)) return located;
  const before = work.targets.map((target) => ({ target, after: target.after, isInPassing: target.isInPassing }));
  const planned = carryOut(message, located, place, work);
  if (isParking(planned)) {
    // Others of the same batch may have said something of the same resources: that stays.
    const known = new Map(before.map((each) => [each.target, each]));
    for (const target of work.targets) {
      const { after, isInPassing = target.isInPassing } = known.get(target) ?? {};
      Object.assign(target, { after, isInPassing });
      target.changedBy.delete(place);
    }
  }
  return planned;
}

function carryOut(message: DeliverableMessage, located: readonly Located[], place: number, work: WorkSet): Planned {
  const own = located.find(({ entry }) => isOwnProvenance(entry))?.entry.resource;
  const links = new Map<string, string>();
  const reached: { readonly entry: MappedEntry; readonly target: Target }[] = [];
  for (const { entry, target } of located) {
    if (isOwnProvenance(entry)) continue;
    const { fullUrl, match, mode, resource } = entry;
    const { resourceType: type } = resource;
    const found = target ?? work.added(type, match) ?? work.add(type, fullUrl, match, mode === 'create');
    links.set(fullUrl, found.reference);
    reached.push({ entry, target: found });
  }
  const superseded = new Set<Target>();
  for (const { entry, target } of reached) {
    const said = say(linkedEntry(entry, links), target, place, MOVES.test(message.event));
    if (typeof said === 'object') return said;
    if (said === 'superseded') superseded.add(target);
  }
  const merges = planMerges(message, place, work);
  if (isParking(merges)) return merges;
  const all = new Set([...reached.map(({ target }) => target), ...merges.flatMap(({ patients }) => patients)]);
  return {
    targets: [...all].filter((target) => !superseded.has(target) || target.changedBy.has(place)),
    superseded: [...superseded],
    merges,
    ...(own === undefined ? {} : { provenance: { ...relinked(own, links), resourceType: own.resourceType } }),
  };
}

function linkedEntry(entry: MappedEntry, links: ReadonlyMap<string, string>): MappedEntry {
  const { resource, defaults } = entry;
  return {
    ...entry,
    resource: { ...relinked(resource, links), resourceType: resource.resourceType },
    ...(defaults === undefined ? {} : { defaults: relinked(defaults, links) }),
  };
}

/** The record of where it all comes from, which is stored under the id of the message. */
function isOwnProvenance({ resource, match }: MappedEntry): boolean {
  return resource.resourceType === 'Provenance' && match.length === 0;
}
