import type { JsonObject } from '../../../server/kernel/json.ts';
import { coreExtension, ownExtension } from '../canonical.ts';
import { concept } from '../datatypes/concept.ts';
import { append, type Elements } from '../elements.ts';
import { MapFailure } from '../mapped-message.ts';
import type { MappingDraft } from '../mapping-draft.ts';
import type { SegmentReader } from '../reading/segment-reader.ts';
import { accountEntry, type AccountOptions } from '../segments/account.ts';
import { allergyEntry } from '../segments/allergy.ts';
import { careTeamEntry } from '../segments/care-team.ts';
import { coverageEntry } from '../segments/coverage.ts';
import { conditionEntry, visitDiagnosis } from '../segments/diagnosis.ts';
import { livingWillEntry } from '../segments/living-will.ts';
import { motherEntry } from '../segments/mother.ts';
import { putContact, relatedPersonEntry } from '../segments/next-of-kin.ts';
import { annotations } from '../segments/note.ts';
import { participantDevice } from '../segments/participant-device.ts';
import { putPatientDetails } from '../segments/patient-details.ts';
import type { PatientScope } from '../segments/patient-scope.ts';
import { patientEntry, type MappedPatient } from '../segments/patient.ts';
import { procedureEntry } from '../segments/procedure.ts';
import { roleOf } from '../segments/role.ts';
import { visitEvent, visitMentioned, type Visit } from '../segments/visit.ts';

export interface GroupOptions {
  /**
   * The trigger event of a registration (`A08`), which may change what is stored of patient and visit; absent in messages that only
   * say whom they are about: results, orders, documents.
   */
  readonly event?: string;
}

/**
 * Everything about one patient from PID on: PD1, NK1, PV1, PV2, ROL, PRT, DB1, AL1, IAM, DG1, PR1, GT1, IN1, in any order.
 * @param segments of one patient; what it does not know stays unread
 * @throws MapFailure 101 without PID
 */
export function patientGroup(
  draft: MappingDraft,
  segments: readonly SegmentReader[],
  { event }: GroupOptions = {},
): PatientScope {
  const of = (name: string): readonly SegmentReader[] => segments.filter((segment) => segment.name === name);
  const [pid] = of('PID');
  if (pid === undefined) throw new MapFailure('The message has no PID: it says nothing of a patient', 'PID', '101');
  const [pv1] = of('PV1');
  const anchored = anchors(segments);
  const patient = patientEntry(draft, pid, {
    isRegistration: event !== undefined,
    more: (elements) => {
      for (const pd1 of of('PD1')) putPatientDetails(elements, pd1, draft);
      for (const nk1 of of('NK1')) putContact(elements, nk1, draft);
      if (pv1 !== undefined) putImportance(elements.resource, pv1, draft);
      for (const role of anchored.patient.filter(isPrimary)) putPhysician(elements, role, draft);
      for (const note of annotations(draft, notesOf(segments)))
        append(elements.resource, 'extension', { url: ownExtension('patient-note'), valueAnnotation: note });
      if (event === 'A29') elements.resource.active = false;
    },
  });
  for (const nk1 of of('NK1')) relatedPersonEntry(draft, nk1, patient);
  motherEntry(draft, pid, patient);
  for (const pd1 of of('PD1')) livingWillEntry(draft, pd1, patient);
  careTeamEntry(
    draft,
    anchored.patient.filter((role) => !isPrimary(role)),
    patient,
  );
  for (const prt of of('PRT')) participantDevice(draft, prt, patient.reference);
  const visit = visitOf(draft, { pv1, pv2: of('PV2')[0], pid, patient }, event);
  const scope: PatientScope = { patient, visit };
  if (visit !== undefined) for (const role of anchored.visit) putParticipant(visit, role, draft);
  putAccount(draft, pid, scope, { guarantors: of('GT1'), isRegistration: event !== undefined });
  for (const segment of [...of('AL1'), ...of('IAM')]) allergyEntry(draft, segment, patient);
  for (const dg1 of of('DG1')) putDiagnosis(draft, dg1, scope);
  putProcedures(draft, segments, scope);
  for (const in1 of of('IN1')) coverageEntry(draft, in1, patient, pv1);
  return scope;
}

function visitOf(
  draft: MappingDraft,
  {
    pv1,
    pv2,
    pid,
    patient,
  }: {
    readonly pv1: SegmentReader | undefined;
    readonly pv2: SegmentReader | undefined;
    readonly pid: SegmentReader;
    readonly patient: MappedPatient;
  },
  event: string | undefined,
): Visit | undefined {
  if (pv1 === undefined) return undefined;
  const source = { pv1, pv2, pid, patient: patient.reference };
  return event === undefined ? visitMentioned(draft, source) : visitEvent(draft, event, source);
}

/** ROL and PRT are of what stands before them. */
function anchors(segments: readonly SegmentReader[]): {
  readonly patient: readonly SegmentReader[];
  readonly visit: readonly SegmentReader[];
} {
  const found: { patient: SegmentReader[]; visit: SegmentReader[] } = { patient: [], visit: [] };
  let anchor = '';
  for (const segment of segments) {
    if (segment.name !== 'ROL' && segment.name !== 'PRT') {
      if (ANCHORS.has(segment.name)) anchor = segment.name;
    } else if (anchor === 'PV1' || anchor === 'PV2') found.visit.push(segment);
    else if (anchor === 'PID' || anchor === 'PD1') found.patient.push(segment);
  }
  return found;
}

/** Role PP of tables 0443 and 0912, and who is named without a role. */
function isPrimary(segment: SegmentReader): boolean {
  const role = segment.value(segment.name === 'ROL' ? 3 : 4)?.peek() ?? '';
  return role === '' || role.toUpperCase() === 'PP';
}

/** NTE directly below PID, PD1 or NK1. */
function notesOf(segments: readonly SegmentReader[]): readonly SegmentReader[] {
  let anchor = '';
  return segments.filter(({ name }) => {
    if (name !== 'NTE') anchor = name;
    return name === 'NTE' && (anchor === 'PID' || anchor === 'PD1' || anchor === 'NK1');
  });
}

const ANCHORS = new Set([
  'PID',
  'PD1',
  'NK1',
  'PV1',
  'PV2',
  'PR1',
  'IN1',
  'GT1',
  'ORC',
  'OBR',
  'OBX',
  'TXA',
  'AL1',
  'DG1',
]);

/** PV1-16 is of the patient too. */
function putImportance(resource: JsonObject, pv1: SegmentReader, draft: MappingDraft): void {
  const value = pv1.value(16);
  const made = value === undefined ? undefined : concept(value, draft, { table: 'HL70099' });
  if (made !== undefined)
    append(resource, 'extension', { url: coreExtension('patient-importance'), valueCodeableConcept: made });
}

function putPhysician(patient: Elements, segment: SegmentReader, draft: MappingDraft): void {
  const role = roleOf(draft, segment);
  if (role !== undefined) append(patient.resource, 'generalPractitioner', role.who);
}

function putParticipant(visit: Visit, segment: SegmentReader, draft: MappingDraft): void {
  const made = roleOf(draft, segment);
  if (made === undefined) return;
  const { who, role, period } = made;
  append(visit.resource, 'participant', {
    ...(role === undefined ? {} : { type: [role] }),
    ...(period === undefined ? {} : { period }),
    individual: who,
  });
}

function putAccount(
  draft: MappingDraft,
  pid: SegmentReader,
  { patient, visit }: PatientScope,
  options: AccountOptions,
): void {
  const account = accountEntry(draft, pid, patient, options);
  if (account !== undefined && visit !== undefined) visit.resource.account = [account];
}

function putDiagnosis(draft: MappingDraft, dg1: SegmentReader, scope: PatientScope): void {
  const condition = conditionEntry(draft, dg1, scope);
  if (condition !== undefined && scope.visit !== undefined)
    append(scope.visit.resource, 'diagnosis', visitDiagnosis(draft, dg1, condition));
}

/** PR1, and who took part (ROL, PRT after it). */
function putProcedures(draft: MappingDraft, segments: readonly SegmentReader[], scope: PatientScope): void {
  let current: JsonObject | undefined;
  for (const segment of segments) {
    if (segment.name === 'PR1') current = procedureEntry(draft, segment, scope)?.resource;
    else if (segment.name === 'ROL' || segment.name === 'PRT') {
      if (current === undefined) continue;
      const made = roleOf(draft, segment);
      if (made !== undefined)
        append(current, 'performer', { ...(made.role === undefined ? {} : { function: made.role }), actor: made.who });
    } else current = undefined;
  }
}
