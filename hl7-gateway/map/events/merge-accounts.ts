import { matchesOf } from '../datatypes/identifier.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { accountEntry, accountNumber } from '../segments/account.ts';
import type { MappedPatient } from '../segments/patient.ts';

/** The account in MRG-3 goes into the one in PID-18: it is closed, and part of that one. */
export function mergeAccounts(draft: MappingDraft, group: readonly SegmentReader[], patient: MappedPatient): void {
  const pid = group.find(({ name }) => name === 'PID');
  const mrg = group.find(({ name }) => name === 'MRG');
  const value = mrg?.value(3);
  const source = value === undefined ? undefined : accountNumber(value, draft);
  const target = pid === undefined ? undefined : accountEntry(draft, pid, patient);
  if (source === undefined || target === undefined || mrg === undefined) return;
  draft.add(`${mrg.place}-3`, {
    resource: {
      resourceType: 'Account',
      identifier: [source],
      status: 'inactive',
      subject: [patient.reference],
      partOf: target,
    },
    match: matchesOf([source]),
    mode: 'upsert',
    eventTime: eventTimeOf(draft),
  });
}
