import type { MappedEntry, MappedIdentifier } from '../../map/mapped-message.ts';
import { isAnotherPerson } from '../content/same-person.ts';
import type { DeliverableMessage } from '../delivered.ts';
import { readIdentity } from '../read/identity.ts';
import type { Parking } from './parking.ts';
import type { Target } from './target.ts';
import type { WorkSet } from './work-set.ts';

const UNKNOWN: Parking = { reason: 'patient-unknown', text: 'No patient has these identifiers.' };
const CONFLICT: Parking = { reason: 'patient-conflict', text: 'These identifiers belong to more than one patient.' };

/** The patient of an entry by all identifiers that the partner's patients are recognised by; name and birth date only veto. */
export function locatePatient(
  entry: MappedEntry,
  message: DeliverableMessage,
  work: WorkSet,
): Target | Parking | undefined {
  const { partner } = message;
  const found = new Set<Target>();
  let isIdentified = false;
  for (const query of entry.match) {
    const identity = readIdentity(query);
    if (identity !== undefined && !isTrusted(identity.system, partner)) continue;
    isIdentified = true;
    const those = identity === undefined ? work.found('Patient', query) : work.patients(identity);
    for (const each of those) found.add(each);
  }
  // Senders name numbers of who goes among those of who stays.
  if (found.size > 1) for (const each of goingWith(message, work)) found.delete(each);
  const [patient, other] = found;
  if (other !== undefined) return CONFLICT;
  if (patient === undefined) {
    if (entry.mode === 'update')
      return { reason: 'target-unknown', text: 'The patient whom the message changes is not stored.' };
    return partner.patients.mayCreate && isIdentified ? undefined : UNKNOWN;
  }
  const said = { ...entry.defaults, ...entry.resource };
  if (patient.before === undefined || entry.mode === 'create' || !isAnotherPerson(patient.before, said)) return patient;
  return {
    reason: 'patient-conflict',
    text: 'The patient who has these identifiers has another name and birth date.',
  };
}

function goingWith({ mapped, partner }: DeliverableMessage, work: WorkSet): readonly Target[] {
  const merges = mapped.merges.filter(({ kind }) => kind === 'merge');
  return merges.flatMap(({ source }) => [...allWith(source, partner, work)]);
}

/** All patients who have one of the identifiers, of those by which the partner's patients are recognised. */
export function allWith(
  identifiers: readonly MappedIdentifier[],
  partner: DeliverableMessage['partner'],
  work: WorkSet,
): ReadonlySet<Target> {
  const trusted = identifiers.filter(({ system }) => isTrusted(system, partner));
  return new Set(trusted.flatMap((each) => work.patients(each)));
}

function isTrusted(system: string, { patients: { trustedSystems } }: DeliverableMessage['partner']): boolean {
  return trustedSystems.length === 0 || trustedSystems.includes(system);
}
