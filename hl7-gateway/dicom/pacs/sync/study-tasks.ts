import type { JsonObject } from '../../../../server/kernel/json.ts';
import type { FhirClient } from '../../../client/fhir-client.ts';
import { searchAll } from '../../../deliver/read/read-bundle.ts';
import { partsOf, raiseTask, taskCode, taskPart, TASK_SYSTEM } from '../../../deliver/tasks/task.ts';
import { ifMatchOf } from '../../../deliver/write/if-match.ts';
import { CANONICAL } from '../../../map/canonical.ts';
import { objectsOf, referenceOf, textOf } from '../../../map/json.ts';
import { decideStudy } from '../../../store/pacs-decisions.ts';
import type { Store } from '../../../store/open-store.ts';
import type { OwnerProblem } from '../owner/study-owner.ts';

const STUDIES = `${CANONICAL}/dicom/study`;
const FAILURES = `${CANONICAL}/dicom/study-failure`;
const CORRECTIONS = `${CANONICAL}/dicom/correction`;
const ROLES = `${CANONICAL}/CodeSystem/clinic-role`;
const OPEN = 'draft,requested,received,accepted,ready,in-progress,on-hold';

/** Nothing of what the images say: that is seen in the PACS. */
const PROBLEMS: Readonly<Record<OwnerProblem, string>> = {
  'patient-unknown': 'Nobody here has the patient number of these images.',
  'patient-not-certain': 'Number, name and birth date of these images do not surely say whose they are.',
  'several-patients': 'These images, or the orders that they name, are of several patients.',
  'not-the-ordered-patient': 'The patient of these images is not the one for whom they were ordered.',
  'another-patient-before': 'These images were of another patient before.',
};
const ANSWER =
  'Whose are they? The answer goes into output, as a reference to the Patient; without one they are not shown.';

/** A study for which a person has to say whose it is. */
export interface UnclearStudy {
  readonly uid: string;
  readonly accession: string;
  readonly problem: OwnerProblem;
  /** ServiceRequests that it names. */
  readonly orders: readonly JsonObject[];
}

/**
 * Asks people whose images they are.
 * @returns `Task/id`, the same one for the same study as long as it is open
 * @throws Unreachable when the server does not take it now
 */
export function raiseStudyTask(
  client: FhirClient,
  { uid, accession, problem, orders }: UnclearStudy,
  now: () => number,
): Promise<string> {
  const input = [
    taskPart('study', { valueUri: `urn:oid:${uid}` }),
    ...(accession === '' ? [] : [taskPart('accession', { valueString: accession })]),
    ...orders.map(({ id }) => taskPart('order', { valueReference: { reference: `ServiceRequest/${textOf(id)}` } })),
  ];
  const task: JsonObject = {
    resourceType: 'Task',
    identifier: [{ system: STUDIES, value: uid }],
    status: 'requested',
    intent: 'order',
    code: taskCode('study-patient'),
    description: `${PROBLEMS[problem]} ${ANSWER}`,
    authoredOn: new Date(now()).toISOString(),
    performerType: [{ coding: [{ system: ROLES, code: 'receptionist' }] }],
    input,
  };
  return raiseTask(client, task, `identifier=${STUDIES}|${uid}&status=${OPEN}`);
}

/** Tells people that a study cannot be taken over. */
export function raiseFailureTask(client: FhirClient, uid: string, now: () => number): Promise<string> {
  const task: JsonObject = {
    resourceType: 'Task',
    identifier: [{ system: FAILURES, value: uid }],
    status: 'requested',
    intent: 'order',
    code: taskCode('refused'),
    description:
      'A study of the PACS cannot be taken over. It is tried again and again; the log of the gateway says why.',
    authoredOn: new Date(now()).toISOString(),
    performerType: [{ coding: [{ system: ROLES, code: 'manager' }] }],
    input: [taskPart('study', { valueUri: `urn:oid:${uid}` })],
  };
  return raiseTask(client, task, `identifier=${FAILURES}|${uid}&status=${OPEN}`);
}

/** Tells people that the PACS does not take what a patient is called or numbered now. @param patient `Patient/id` */
export function raiseCorrectionTask(client: FhirClient, patient: string, now: () => number): Promise<string> {
  const value = patient.slice('Patient/'.length);
  const task: JsonObject = {
    resourceType: 'Task',
    identifier: [{ system: CORRECTIONS, value }],
    status: 'requested',
    intent: 'order',
    code: taskCode('pacs-not-corrected'),
    description: 'The PACS does not take how this patient is called or numbered now. It is tried again and again.',
    for: { reference: patient },
    authoredOn: new Date(now()).toISOString(),
    performerType: [{ coding: [{ system: ROLES, code: 'manager' }] }],
  };
  return raiseTask(client, task, `identifier=${CORRECTIONS}|${value}&status=${OPEN}`);
}

const COUNT = 50;
const ANSWERED = `Task?code=${TASK_SYSTEM}|study-patient&status=completed,cancelled,rejected&business-status:missing=true&_count=${COUNT}`;

/**
 * Takes the answers of people; whoever ends in between takes them again.
 * @throws Unreachable, SearchRefused
 */
export async function takeStudyAnswers(store: Store, client: FhirClient): Promise<void> {
  const [tasks = []] = await searchAll(client, [ANSWERED]);
  for (const task of tasks) {
    const [study] = partsOf(task.input, 'study');
    const uid = textOf(study?.valueUri).replace(/^urn:oid:/, '');
    const patient = answerOf(task);
    await decideStudy(store, uid, `Task/${textOf(task.id)}`, patient);
    const resource = { ...task, businessStatus: taskCode(patient === '' ? 'no-answer' : 'taken') };
    const request = { method: 'PUT', url: `Task/${textOf(task.id)}`, ...ifMatchOf(task) };
    // Somebody changed it: it is looked at again.
    await client.send({
      method: 'POST',
      path: '',
      body: { resourceType: 'Bundle', type: 'transaction', entry: [{ resource, request }] },
    });
  }
}

/** `Patient/id`; empty where it was ended without an answer. */
function answerOf({ status, output }: JsonObject): string {
  if (status !== 'completed') return '';
  const said = objectsOf(output).map(({ valueReference }) => referenceOf(valueReference));
  return said.find((reference) => reference.startsWith('Patient/')) ?? '';
}
