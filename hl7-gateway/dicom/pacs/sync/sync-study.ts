import type { JsonObject } from '../../../../server/kernel/json.ts';
import type { FhirClient } from '../../../client/fhir-client.ts';
import { referenceOf } from '../../../map/json.ts';
import type { DueStudy, StudyLook } from '../../../store/pacs-studies.ts';
import type { DicomWebClient } from '../client/dicom-web-client.ts';
import { fhirDate } from '../read/dicom-time.ts';
import { imagingStudyOf } from '../resource/imaging-study.ts';
import { fingerprintOf, readPacsStudy, studyValue, type PacsStudy } from '../read/pacs-study.ts';
import type { Assigners } from '../owner/patient-number.ts';
import { readStoredFacts, readStudies } from '../owner/read-owner-facts.ts';
import { ownerOf, type StudyOwner } from '../owner/study-owner.ts';
import { personOf, type StudyPerson } from '../owner/study-person.ts';
import { raiseStudyTask } from './study-tasks.ts';
import { writeImagingStudy } from './write-imaging-study.ts';

export interface SyncContext {
  readonly web: DicomWebClient;
  readonly client: FhirClient;
  /** IANA zone of times that name none. */
  readonly zone: string;
  assigners(): Assigners;
  /** `Endpoint/id` of what serves images. */
  endpoints(): Promise<readonly string[]>;
  now(): number;
}

/** What was written of a study that is shown. */
export interface SyncedStudy {
  readonly study: PacsStudy;
  readonly person: StudyPerson;
  readonly owner: StudyOwner;
  /** Logical id of its ImagingStudy. */
  readonly imagingStudy: string;
  /** Whether the PACS says the same as at the look before: no more images are on their way. */
  readonly isSettled: boolean;
  /** Whether it was not shown before. */
  readonly isNew: boolean;
}

/** Milliseconds after which a study that has changed is looked at once more: more images may be on their way. */
const SETTLING = 5000;

/**
 * Looks at a study in the PACS, and makes its ImagingStudy say the same. However often it is done, there is one.
 * @throws Unreachable, PacsRefused, SearchRefused, WriteRefused, WrittenMeanwhile
 */
export async function syncStudy(
  context: SyncContext,
  due: DueStudy,
): Promise<{ readonly look: StudyLook; readonly synced?: SyncedStudy }> {
  const { web, client, zone } = context;
  const { uid } = due;
  const study = await readPacsStudy(web, uid);
  if (study === undefined) return { look: await withdrawn(context, due) };
  const person = personOf(study);
  const accession = studyValue(study, 'AccessionNumber');
  const facts = {
    fingerprint: fingerprintOf(study.listed),
    identity: person.identity,
    date: fhirDate(studyValue(study, 'StudyDate')),
    patientNumber: person.number.id,
    accession,
    isOrdered: false,
  };
  const isSettled = facts.fingerprint === due.fingerprint;
  const seen = { ...facts, again: isSettled ? undefined : SETTLING };
  const decided = due.decidedFor === person.identity ? (due.decided ?? undefined) : undefined;
  const stored = await readStoredFacts(client, { uid, accession, person }, decided);
  const before = keptOf(stored.studies, due);
  if (decided === '') {
    await setStatus(client, uid, before, 'unknown');
    return { look: { ...seen, state: 'ignored' } };
  }
  const said = { uid, accession, person, assigners: context.assigners(), decided };
  const owner = ownerOf({ ...stored, ...said, before: before && referenceOf(before.subject) });
  if ('problem' in owner) {
    await setStatus(client, uid, before, 'unknown');
    // Whom an old study is of, which nobody here knows, is asked by nobody: it is linked when the patient comes.
    const isHistory = owner.problem === 'patient-unknown' && due.state === 'open' && isOld(facts.date, context.now());
    if (isHistory) return { look: { ...seen, state: 'parked' } };
    const task = await raiseStudyTask(client, { uid, accession, ...owner, orders: stored.orders }, context.now);
    return { look: { ...seen, state: 'parked', task } };
  }
  const endpoints = await context.endpoints();
  const resource = imagingStudyOf(study, { ...owner, endpoints, zone }, before);
  const imagingStudy = await writeImagingStudy(client, uid, resource, before);
  return {
    look: { ...seen, state: 'kept', imagingStudy, isOrdered: owner.orders.length > 0 },
    synced: { study, person, owner, imagingStudy, isSettled, isNew: due.state !== 'kept' },
  };
}

/** Others of its UID were written by somebody else. */
function keptOf(studies: readonly JsonObject[], { imagingStudy }: DueStudy): JsonObject | undefined {
  return studies.find(({ id }) => id === imagingStudy) ?? studies[0];
}

const OLD = 30 * 86_400_000;

function isOld(date: string | undefined, now: number): boolean {
  return date !== undefined && now - Date.parse(date) > OLD;
}

/**
 * The PACS has it no more. Of a study whose images were taken R4 says `cancelled`, not `entered-in-error`, which is for what
 * should never have been: https://hl7.org/fhir/R4/codesystem-imagingstudy-status.html. One that has not come yet stays as it is.
 */
async function withdrawn({ client }: SyncContext, due: DueStudy): Promise<StudyLook> {
  const { uid, state } = due;
  if (state !== 'open') {
    const before = keptOf(await readStudies(client, uid), due);
    await setStatus(client, uid, before, 'cancelled');
  }
  return { state: 'gone', isOrdered: false };
}

/** Of a study whose images were shown: nobody is to see them under a patient whose they may not be. */
async function setStatus(
  client: FhirClient,
  uid: string,
  before: JsonObject | undefined,
  status: 'unknown' | 'cancelled',
): Promise<void> {
  const isShown = before?.status === 'available' || (before?.status === 'unknown' && status === 'cancelled');
  if (before === undefined || !isShown) return;
  await writeImagingStudy(client, uid, { ...before, status }, before);
}
