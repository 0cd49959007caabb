import type { JsonObject } from '../../../server/kernel/json.ts';
import type { MappedIdentifier, PatientMerge } from '../../map/mapped-message.ts';
import { overlaid } from '../content/overlay.ts';
import { withLink, withoutLink } from '../content/patient-links.ts';
import { isSameJson } from '../content/same-json.ts';
import type { DeliverableMessage } from '../delivered.ts';
import { identityKey } from '../read/identity.ts';
import { allWith } from './locate-patient.ts';
import { isParking, type Parking } from './parking.ts';
import type { Target } from './target.ts';
import type { WorkSet } from './work-set.ts';

/** What of a merge is done by the server's `Patient/$merge`, after all else. */
export interface MergeCall {
  /** Who stays, and who goes where there is one. */
  readonly patients: readonly Target[];
  /** `Patient/…`; none where the link between the two says it all. */
  readonly call?: { readonly source: string; readonly target: string };
}

/**
 * Merges, links and unlinks of a message, in their order: who was merged by one stands for both in the next. A source that
 * nobody knows becomes a patient who is replaced from the first, so that what comes for them later finds who stays.
 */
export function planMerges(
  { id, mapped, partner }: DeliverableMessage,
  place: number,
  work: WorkSet,
): readonly MergeCall[] | Parking {
  const survivors = new Map<Target, Target>();
  const calls: MergeCall[] = [];
  for (const [number, merge] of mapped.merges.entries()) {
    const known = (identifiers: readonly MappedIdentifier[]): Set<Target> =>
      lastOf(allWith(identifiers, partner, work), survivors);
    const pair = pairOf(known(merge.source), known(merge.target));
    if (isParking(pair)) return pair;
    const call = planOne(merge, pair, { tombstone: `urn:uuid:${tombstoneId(id, number)}`, place, work });
    if (isParking(call)) return call;
    const [stays, goes] = call.patients;
    if (merge.kind === 'merge' && stays !== undefined && goes !== undefined) survivors.set(goes, stays);
    calls.push(call);
  }
  return calls;
}

const UNKNOWN: Parking = { reason: 'patient-unknown', text: 'The patient who is to stay is not stored.' };

interface Pair {
  /** Undefined: nobody has the identifiers. */
  readonly source: Target | undefined;
  readonly target: Target;
}

function pairOf(going: Set<Target>, staying: Set<Target>): Pair | Parking {
  // Senders name the number of who goes among those of who stays.
  if (staying.size > 1) for (const each of going) staying.delete(each);
  if (going.size > 1) for (const each of staying) going.delete(each);
  const [to, ...others] = staying;
  const [from, ...more] = going;
  if (to === undefined) return UNKNOWN;
  if (others.length + more.length > 0) {
    return { reason: 'patient-conflict', text: 'Identifiers of a merge belong to more than one patient.' };
  }
  return { source: from, target: to };
}

function lastOf(patients: ReadonlySet<Target>, survivors: ReadonlyMap<Target, Target>): Set<Target> {
  return new Set(
    [...patients].map((patient) => {
      let last = patient;
      for (let next = survivors.get(last); next !== undefined; next = survivors.get(last)) last = next;
      return last;
    }),
  );
}

interface Place {
  readonly tombstone: string;
  readonly place: number;
  readonly work: WorkSet;
}

function planOne(merge: PatientMerge, { source, target }: Pair, place: Place): MergeCall | Parking {
  if (merge.kind !== 'merge') return planLink(merge.kind, { source, target }, place.place);
  if (target.before === undefined) return UNKNOWN;
  if (source === undefined) return { patients: [target, replaced(merge.source, target, place)] };
  if (source === target) return { patients: [target] };
  if (source.before === undefined) return UNKNOWN;
  return { patients: [target, source], call: { source: source.reference, target: target.reference } };
}

/** https://hl7.org/fhir/R4/patient.html#merge */
function replaced(identifiers: readonly MappedIdentifier[], target: Target, { tombstone, place, work }: Place): Target {
  const old = identifiers.map(({ system, value }) => ({ use: 'old', system, value }));
  const queries = identifiers.map((each) => identityKey('Patient', each).slice('Patient?'.length));
  const source = work.add('Patient', tombstone, queries, false);
  source.after = { resourceType: 'Patient', active: false, identifier: [...old] };
  source.after = withLink(source.after, 'replaced-by', target.reference);
  const added = { resourceType: 'Patient', identifier: old };
  change(target, place, (patient) => withLink(overlaid(patient, { resource: added }), 'replaces', tombstone));
  source.changedBy.add(place);
  return source;
}

function planLink(kind: 'link' | 'unlink', { source, target }: Pair, place: number): MergeCall | Parking {
  if (source === undefined) return { reason: 'patient-unknown', text: 'A patient of the link is not stored.' };
  if (source === target) {
    return { reason: 'patient-conflict', text: 'Both identifiers of the link belong to one patient.' };
  }
  const [one, other] = [target.reference, source.reference];
  if (kind === 'link') {
    change(target, place, (patient) => withLink(patient, 'seealso', other));
    change(source, place, (patient) => withLink(patient, 'seealso', one));
  } else {
    change(target, place, (patient) => withoutLink(patient, 'seealso', other));
    change(source, place, (patient) => withoutLink(patient, 'seealso', one));
  }
  return { patients: [target, source] };
}

function change(target: Target, place: number, how: (patient: JsonObject) => JsonObject): void {
  const before = target.after ?? { resourceType: 'Patient' };
  const after = how(before);
  if (isSameJson(after, before)) return;
  target.after = after;
  target.changedBy.add(place);
}

/** The same in every attempt. */
function tombstoneId(message: string, number: number): string {
  return `${message.slice(0, -2)}${(number % 256).toString(16).padStart(2, '0')}`;
}
