import type { JsonObject } from '../../../server/kernel/json.ts';
import { dateTime } from '../datatypes/date-time.ts';
import { identifierOfCx, matchesOf, ownSystem } from '../datatypes/identifier.ts';
import { filled } from '../elements.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { guarantorOf } from './guarantor.ts';
import type { PatientScope } from './patient-scope.ts';

export interface AccountSource {
  readonly pid: SegmentReader;
  readonly pv1: SegmentReader | undefined;
  readonly guarantors: readonly SegmentReader[];
  readonly whom: PatientScope;
  /** Where the event says it: `inactive`. */
  readonly status?: string | undefined;
}

/** The account (PID-18) that charges go on: for which stay, and who guarantees for it. @returns a reference */
export function billingAccount(
  draft: MappingDraft,
  { pid, pv1, guarantors, whom, status }: AccountSource,
): JsonObject | undefined {
  const number = pid.value(18);
  const identifier = number && identifierOfCx(number, draft, { type: 'AN', system: ownSystem(draft, 'account') });
  if (identifier === undefined) return undefined;
  const { patient } = whom;
  const guarantor = guarantors.map((gt1) => guarantorOf(draft, gt1, patient)).filter((each) => each !== undefined);
  const [start, end] = [pv1?.value(44), pv1?.value(45)].map((value) => value && dateTime(value, draft));
  const servicePeriod = filled({ start, end });
  const reference = draft.add(`${pid.place}-18`, {
    resource: {
      resourceType: 'Account',
      identifier: [identifier],
      ...(status === undefined ? {} : { status }),
      subject: [patient.reference],
      ...(servicePeriod === undefined ? {} : { servicePeriod }),
      ...(guarantor.length === 0 ? {} : { guarantor }),
    },
    match: matchesOf([identifier]),
    mode: 'upsert',
    defaults: { status: 'active' },
    eventTime: eventTimeOf(draft),
  });
  return { reference };
}
