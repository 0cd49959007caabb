import type { JsonObject } from '../../../server/kernel/json.ts';
import { defineMap } from '../define-map.ts';
import { identifierOfCx, matchesOf } from '../datatypes/identifier.ts';
import { eventTimeOf } from '../event-time.ts';
import type { MessageMap } from '../map-context.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { accountEntry, accountNumber } from '../segments/account.ts';
import { patientEntry } from '../segments/patient.ts';
import { visitEvent, visitNumber } from '../segments/visit.ts';
import { patientSegments, triggerEvent } from './adt.ts';
import { mergeAccounts } from './merge-accounts.ts';
import { patientGroup } from './patient-group.ts';

interface Parts {
  readonly group: readonly SegmentReader[];
  readonly pid: SegmentReader;
  readonly mrg: SegmentReader;
}

/** A map of events in which MRG names what was before and PID or PV1 what is now, for each pair. */
function pairMap(events: readonly string[], fill: (draft: MappingDraft, parts: Parts) => void): MessageMap {
  return defineMap(
    events.map((event) => `ADT^${event}`),
    (draft) => {
      for (const group of patientSegments(draft)) {
        const [pid, mrg] = ['PID', 'MRG'].map((name) => group.find((segment) => segment.name === name));
        if (pid === undefined || mrg === undefined)
          throw new MapFailure('The message has no PID or no MRG', pid === undefined ? 'PID' : 'MRG', '101');
        fill(draft, { group, pid, mrg });
      }
    },
  );
}

/** A46, A47, A48: the patient has another number than before; the old one is kept, and they are still found by it. */
const changedPatientNumbers = pairMap(['A46', 'A47', 'A48'], (draft, { pid, mrg }) => {
  const field = { A46: 4, A47: 1, A48: 2 }[triggerEvent(draft)] ?? 1;
  const former = mrg
    .values(field)
    .map((value) => identifierOfCx(value, draft))
    .filter((each) => each !== undefined);
  if (former.length === 0) throw new MapFailure(`MRG-${field} has no number`, `MRG^1^${field}`, '101');
  patientEntry(draft, pid, { isRegistration: true, former });
});

/** A35, A41: two accounts of one patient become one. A49: an account has another number. */
const mergedAccounts = pairMap(['A35', 'A41'], (draft, { group }) => {
  const { patient } = patientGroup(draft, group, { event: triggerEvent(draft) });
  mergeAccounts(draft, group, patient);
});

const changedAccountNumber = pairMap(['A49'], (draft, { pid, mrg }) => {
  accountEntry(draft, pid, patientEntry(draft, pid, { isRegistration: true }), { former: formerAccount(draft, mrg) });
});

/** A50, A51: a visit has another number. */
const changedVisitNumber = pairMap(['A50', 'A51'], (draft, { group, pid, mrg }) => {
  const patient = patientEntry(draft, pid, { isRegistration: true });
  const pv1 = pv1Of(group);
  const event = triggerEvent(draft);
  const field = event === 'A50' ? 5 : 6;
  const value = mrg.value(field);
  const former =
    value === undefined ? undefined : field === 5 ? visitNumber(value, draft) : identifierOfCx(value, draft);
  if (former === undefined) throw new MapFailure(`MRG-${field} has no number`, `MRG^1^${field}`, '101');
  visitEvent(draft, event, { pv1, pid, patient: patient.reference, former });
});

/** A42: of two visits one was none; what is known of it stays under the other. */
const mergedVisits = pairMap(['A42'], (draft, { group, mrg }) => {
  const { patient, visit } = patientGroup(draft, group, { event: 'A42' });
  if (visit === undefined) throw new MapFailure('PV1-19 has no visit that the other goes into', 'PV1^1^19', '101');
  addFormerVisit(draft, mrg, { status: 'entered-in-error', partOf: visit.reference, subject: patient.reference });
});

/** A44: an account was booked under the wrong patient. */
const movedAccount = pairMap(['A44'], (draft, { pid, mrg }) => {
  const patient = patientEntry(draft, pid, { isRegistration: true });
  namePatientBefore(draft, mrg);
  accountEntry(draft, pid, patient, { former: formerAccount(draft, mrg) });
});

/** A45: a visit was registered under the wrong patient. */
const movedVisit = pairMap(['A45'], (draft, { group, pid, mrg }) => {
  const patient = patientEntry(draft, pid, { isRegistration: true });
  namePatientBefore(draft, mrg);
  const pv1 = group.find(({ name }) => name === 'PV1');
  if (pv1 === undefined) addFormerVisit(draft, mrg, { subject: patient.reference });
  else visitEvent(draft, 'A45', { pv1, pid, patient: patient.reference });
});

export const NUMBER_MAPS: readonly MessageMap[] = [
  changedPatientNumbers,
  mergedAccounts,
  changedAccountNumber,
  changedVisitNumber,
  mergedVisits,
  movedAccount,
  movedVisit,
];

function pv1Of(group: readonly SegmentReader[]): SegmentReader {
  const pv1 = group.find(({ name }) => name === 'PV1');
  if (pv1 === undefined) throw new MapFailure('The message has no PV1', 'PV1', '101');
  return pv1;
}

function formerAccount(draft: MappingDraft, mrg: SegmentReader): JsonObject {
  const value = mrg.value(3);
  const former = value === undefined ? undefined : accountNumber(value, draft);
  if (former === undefined) throw new MapFailure('MRG-3 has no account', 'MRG^1^3', '101');
  return former;
}

function addFormerVisit(draft: MappingDraft, mrg: SegmentReader, elements: JsonObject): void {
  const value = mrg.value(5);
  const former = value === undefined ? undefined : visitNumber(value, draft);
  if (former === undefined) throw new MapFailure('MRG-5 has no visit', 'MRG^1^5', '101');
  draft.add(`${mrg.place}-5`, {
    resource: { resourceType: 'Encounter', identifier: [former], ...elements },
    match: matchesOf([former]),
    mode: 'update',
    eventTime: eventTimeOf(draft),
  });
}

/** The patient from whom something is taken waits in the same lane. */
function namePatientBefore(draft: MappingDraft, mrg: SegmentReader): void {
  for (const each of mrg.values(1)) {
    const { system, value } = identifierOfCx(each, draft) ?? {};
    if (typeof system === 'string' && typeof value === 'string') draft.addPatient(`${system}|${value}`);
  }
}
