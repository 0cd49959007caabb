import type { JsonObject } from '../../../server/kernel/json.ts';
import { identifierOfCx, matchesOf, ownSystem } from '../datatypes/identifier.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import type { Value } from '../reading/value.ts';
import { guarantorOf } from './guarantor.ts';
import type { MappedPatient } from './patient.ts';

export interface AccountOptions {
  readonly guarantors?: readonly SegmentReader[];
  /** Its number before (MRG-3). */
  readonly former?: JsonObject | undefined;
  /** Whether the message may change it (default), or only says which it is. */
  readonly isRegistration?: boolean;
}

/** The account that the patient's stay is booked on (PID-18), and who guarantees for it (GT1). A reference. */
export function accountEntry(
  draft: MappingDraft,
  pid: SegmentReader,
  patient: MappedPatient,
  { guarantors = [], former, isRegistration = true }: AccountOptions = {},
): JsonObject | undefined {
  const value = pid.value(18);
  const identifier = value === undefined ? undefined : accountNumber(value, draft);
  if (identifier === undefined) return undefined;
  const before = former === undefined ? [] : [{ use: 'old', ...former }];
  const guarantor = guarantors.map((gt1) => guarantorOf(draft, gt1, patient)).filter((each) => each !== undefined);
  const reference = draft.add(`${pid.place}-18`, {
    resource: {
      resourceType: 'Account',
      identifier: [identifier, ...before],
      subject: [patient.reference],
      ...(guarantor.length === 0 ? {} : { guarantor }),
    },
    match: matchesOf([...before, identifier]),
    ...(isRegistration
      ? { mode: 'upsert', defaults: { status: 'active' }, eventTime: eventTimeOf(draft) }
      : { mode: 'create', defaults: { status: 'active' } }),
  });
  return { reference };
}

/** CX of an account: PID-18, MRG-3. */
export function accountNumber(value: Value, draft: MappingDraft): JsonObject | undefined {
  return identifierOfCx(value, draft, { type: 'AN', system: ownSystem(draft, 'account') });
}
