import type { JsonObject } from '../../../../server/kernel/json.ts';
import type { Log } from '../../../../server/kernel/log.ts';
import type { FhirClient } from '../../../client/fhir-client.ts';
import { Unreachable } from '../../../client/http-call.ts';
import { searchAll } from '../../../deliver/read/read-bundle.ts';
import { closeTask } from '../../../deliver/tasks/close-task.ts';
import { objectsOf, referenceOf, textOf } from '../../../map/json.ts';
import {
  failPatient,
  finishPatient,
  renewPatient,
  takePatients,
  type DuePatient,
} from '../../../store/pacs-patients.ts';
import { beginCorrection, endCorrection, shownStudies } from '../../../store/pacs-corrections.ts';
import { noteStudies } from '../../../store/pacs-studies.ts';
import type { Store } from '../../../store/open-store.ts';
import type { Lease } from '../../../store/take-messages.ts';
import { whileHeld } from '../../../store/while-held.ts';
import type { DicomWebClient } from '../client/dicom-web-client.ts';
import type { OrthancClient } from '../client/orthanc-client.ts';
import type { OrthancInstances } from '../client/orthanc-instances.ts';
import { fingerprintOf, StudyInMotion } from '../read/pacs-study.ts';
import type { Assigners } from '../owner/patient-number.ts';
import { neededChange, roomFor, type CorrectedPatient } from './patient-tags.ts';
import { raiseCorrectionTask } from '../sync/study-tasks.ts';

export interface CorrectionOptions {
  readonly store: Store;
  readonly client: FhirClient;
  readonly log: Log;
  readonly lease: Lease;
  readonly web: DicomWebClient;
  readonly orthanc: OrthancClient;
  readonly instances: OrthancInstances;
  assigners(): Assigners;
  now(): number;
}

const FIRST_PAUSE = 1000;
const LONGEST_PAUSE = 60_000;
/** A person is told after so many failures: a PACS that starts anew is back by then. */
const PATIENCE = 5;

/**
 * Brings the images of patients who changed into line: their number after a merge, their name, birth date and sex. What is
 * compared is what is there, so that repetitions after crashes change nothing, and the last change wins.
 */
export async function correctPatients(options: CorrectionOptions): Promise<void> {
  const { store, client, log, lease } = options;
  for (;;) {
    const [due] = await takePatients(store, lease, 1);
    if (due === undefined) return;
    try {
      const renew = (): Promise<boolean> => renewPatient(store, lease, due.patient);
      await whileHeld(lease, { log, renew }, () => correctPatient(options, due));
      await finishPatient(store, lease.owner, due);
      if (due.task !== null) await closeTask(client, due.task);
    } catch (error) {
      log.warn({ err: error }, 'images of a patient who changed could not be corrected; it is tried again');
      const pause = Math.min(FIRST_PAUSE * 2 ** Math.min(due.failures, 20), LONGEST_PAUSE);
      const isLong = due.failures >= PATIENCE && due.task === null;
      const task = isLong ? await told(raiseCorrectionTask(client, due.patient, options.now)) : due.task;
      await failPatient(store, lease.owner, due.patient, { pause, task });
    }
  }
}

/** Who cannot be told now is told after the next failure. */
async function told(task: Promise<string>): Promise<string | null> {
  try {
    return await task;
  } catch (error) {
    if (error instanceof Unreachable) return null;
    throw error;
  }
}

async function correctPatient(options: CorrectionOptions, due: DuePatient): Promise<void> {
  const { store, client, web, lease, assigners, now } = options;
  const { status, body: patient } = await client.send({ method: 'GET', path: due.patient });
  if (status === 404 || status === 410) return;
  if (status !== 200) throw new Unreachable(`a Patient was answered ${status}`, status);
  const [replaced, studies = []] = await searchAll(client, [
    `Patient?_id=${replacedIds(patient).join(',') || '-'}&_count=100`,
    `ImagingStudy?patient=${due.patient}&_count=1000`,
  ]);
  const corrected = {
    patient,
    replaced: replaced ?? [],
    assigners: assigners(),
    today: new Date(now()).toISOString().slice(0, 10),
  };
  const ids = studies.map(({ id }) => textOf(id));
  let isWaiting = false;
  for (const { uid, fingerprint, isCorrecting } of await shownStudies(store, ids)) {
    if (!(await renewPatient(store, lease, due.patient))) return;
    // What somebody has changed in the PACS since the last look may be another patient's now.
    if (isCorrecting || fingerprintOf(await web.study(uid)) === fingerprint) {
      await correctStudy(options, uid, corrected, isCorrecting);
    } else {
      isWaiting = true;
      await noteStudies(store, [uid]);
    }
  }
  if (isWaiting) throw new StudyInMotion('a study has to be looked at before it is corrected');
}

function replacedIds({ link }: JsonObject): readonly string[] {
  return objectsOf(link)
    .filter(({ type }) => type === 'replaces')
    .map(({ other }) => referenceOf(other).replace(/^Patient\//, ''))
    .filter((id) => id !== '');
}

/**
 * Each instance is there in every moment: its changed copy is stored before it goes. After a try that was cut short, copies that are
 * there already are found by the PACS itself, which stores none twice.
 */
async function correctStudy(
  { store, orthanc, instances }: CorrectionOptions,
  uid: string,
  corrected: CorrectedPatient,
  isBegun: boolean,
): Promise<void> {
  let hasBegun = isBegun;
  for (const instance of await orthanc.instances(uid)) {
    const tags = await orthanc.tags(instance);
    const change = tags && neededChange(tags, corrected);
    if (change === undefined) continue;
    if (!hasBegun) await beginCorrection(store, uid);
    hasBegun = true;
    await replaceInstance(instances, instance, change, textOf(tags?.PatientID));
  }
  if (!hasBegun) return;
  for (const study of await orthanc.studies(uid)) await instances.reconstruct(study);
  await endCorrection(store, uid);
}

async function replaceInstance(
  instances: OrthancInstances,
  instance: string,
  change: Parameters<OrthancInstances['copy']>[1],
  number: string,
): Promise<void> {
  let from = instance;
  if (change.replace.PatientID === number) {
    from = await instances.copy(instance, roomFor(change));
    await instances.remove(instance);
  }
  const copy = await instances.copy(from, change);
  if (copy === from) throw new Unreachable('the PACS has stored an instance where it was');
  await instances.remove(from);
}
