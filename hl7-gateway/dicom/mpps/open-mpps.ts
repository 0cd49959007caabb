import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../../server/kernel/json.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import { ifMatchOf } from '../../deliver/write/if-match.ts';
import type { DataSet } from '../dimse/data-set.ts';
import type { DimseRequests, StepAnswer } from '../dimse/dimse-requests.ts';
import { STATUS, STEP_IS_OVER } from '../dimse/statuses.ts';
import type { DicomPeer } from '../peers/peer.ts';
import { nameOf, stringOf } from '../worklist/fhir-elements.ts';
import { findOrders } from './find-orders.ts';
import { changedProcedure, newProcedure, stepIdentifier } from './step-procedure.ts';
import { readStep, type StepFacts } from './step-facts.ts';
import { changedTask, stepStatusOf, stepTask } from './step-task.ts';

export interface MppsOptions {
  readonly client: FhirClient;
  /** All resources that a search of the server finds. */
  readonly search: (query: string) => Promise<readonly JsonObject[]>;
  /** IANA zone of the modalities' clocks. */
  readonly zone: string;
  readonly now: () => number;
}

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part05/chapter_9.html */
const UID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;
const OK: StepAnswer = { status: STATUS.success };
const OVER: StepAnswer = {
  status: STATUS.processingFailure,
  comment: 'Performed Procedure Step Object may no longer be updated',
  errorId: STEP_IS_OVER,
};
/** Times that a step is read again because somebody else has changed it meanwhile. */
const TRIES = 5;

/**
 * Keeps the performed procedure steps that modalities tell of
 * (https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_F.7.html). A step is there once, and stays as it was when it
 * is over.
 */
export function openMpps({ client, search, zone, now }: MppsOptions): Pick<DimseRequests, 'createStep' | 'setStep'> {
  async function stored(uid: string): Promise<JsonObject | undefined> {
    const { system, value } = stepIdentifier(uid);
    const token = encodeURIComponent(`${system}|${value}`);
    const [procedure] = await search(`Procedure?identifier=${token}`);
    if (procedure !== undefined) return procedure;
    const [task] = await search(`Task?identifier=${token}`);
    return task;
  }

  /** @returns the status of the entry */
  async function write(resource: JsonObject, request: JsonObject): Promise<number> {
    const { status, body } = await client.send({
      method: 'POST',
      path: '',
      isRepeatable: true,
      body: { resourceType: 'Bundle', type: 'transaction', entry: [{ resource, request }] },
    });
    if (status !== 200) return status;
    const [entry] = Array.isArray(body.entry) ? (body.entry as readonly JsonObject[]) : [];
    return Number.parseInt(stringOf((entry?.response as JsonObject | undefined)?.status), 10);
  }

  async function createStep(uid: string, attributes: DataSet, peer: DicomPeer): Promise<StepAnswer> {
    const facts = readStep(attributes, zone);
    const refusal = uid.length <= 64 && UID.test(uid) ? newRefusal(facts) : STATUS.invalidInstance;
    if (refusal !== undefined) return { status: refusal };
    if ((await stored(uid)) !== undefined) return { status: STATUS.duplicateInstance };
    const found = await findOrders(search, facts);
    const { endpoint, stations } = peer;
    const device = stations.find((each) => each.startsWith('Device/'));
    const resource =
      'problem' in found
        ? stepTask(uid, facts, { problem: found.problem, endpoint, now: now() })
        : newProcedure(uid, facts, { ...found, device });
    const { system, value } = stepIdentifier(uid);
    const status = await write(resource, {
      method: 'POST',
      url: stringOf(resource.resourceType),
      ifNoneExist: `identifier=${system}|${value}`,
    });
    if (status === 201) return OK;
    return status === 200 ? { status: STATUS.duplicateInstance } : refused(status);
  }

  async function setStep(uid: string, changes: DataSet): Promise<StepAnswer> {
    const facts = readStep(changes, zone);
    if (facts.status === 'unknown') return { status: STATUS.invalidAttributeValue };
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const step = UID.test(uid) ? await stored(uid) : undefined;
      if (step === undefined) return { status: STATUS.noSuchInstance };
      const isOver =
        step.resourceType === 'Task' ? stepStatusOf(step) !== 'IN PROGRESS' : step.status !== 'in-progress';
      const resource = step.resourceType === 'Task' ? changedTask(step, facts) : changedProcedure(step, facts);
      // An answer of the server may have been lost, and what was sent again has found itself.
      if (isOver) return attempt > 0 && isDeepStrictEqual(resource, step) ? OK : OVER;
      const status = await write(resource, { method: 'PUT', url: nameOf(step), ...ifMatchOf(step) });
      if (status === 200) return OK;
      if (status !== 409 && status !== 412) return refused(status);
    }
    return { status: STATUS.processingFailure, comment: 'the step was changed by others all the time' };
  }

  return { createStep, setStep };
}

/** https://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_F.7.2.html: a new step is in progress. */
function newRefusal({ status }: StepFacts): StepAnswer['status'] | undefined {
  if (status === undefined) return STATUS.missingAttribute;
  return status === 'IN PROGRESS' ? undefined : STATUS.invalidAttributeValue;
}

/** @param status of HTTP */
function refused(status: number): never {
  throw new Error(`a performed procedure step was answered ${status}`);
}
