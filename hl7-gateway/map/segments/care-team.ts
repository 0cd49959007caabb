import type { JsonObject } from '../../../server/kernel/json.ts';
import { matchOf } from '../datatypes/identifier.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import { ownIdentity } from '../own-identity.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { MappedPatient } from './patient.ts';
import { roleOf } from './role.ts';

/** Who takes part in the care of a patient, and is not their primary physician: ROL and PRT after PID, one team a patient and partner. */
export function careTeamEntry(draft: MappingDraft, roles: readonly SegmentReader[], patient: MappedPatient): void {
  const participants = roles.flatMap((segment) => {
    const made = roleOf(draft, segment);
    return made === undefined ? [] : [participantOf(made)];
  });
  const [first] = roles;
  if (participants.length === 0 || first === undefined) return;
  const identifier = ownIdentity(draft, 'care-team', [patient.key]);
  const match = matchOf(identifier);
  draft.add(`${first.place} team`, {
    resource: {
      resourceType: 'CareTeam',
      ...(identifier === undefined ? {} : { identifier: [identifier] }),
      subject: patient.reference,
      participant: participants,
    },
    match: match === undefined ? [] : [match],
    mode: 'upsert',
    adds: ['participant'],
    defaults: { status: 'active' },
    eventTime: eventTimeOf(draft),
  });
}

function participantOf({ who, role, period }: NonNullable<ReturnType<typeof roleOf>>): JsonObject {
  return {
    ...(role === undefined ? {} : { role: [role] }),
    member: who,
    ...(period === undefined ? {} : { period }),
  };
}
