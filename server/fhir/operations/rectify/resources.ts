import { isObject, type JsonObject } from '../../../kernel/json.ts';

const CODE = { system: 'https://athanor.health/fhir/CodeSystem/privacy-task', code: 'rectification' };
const STATEMENT = {
  system: 'https://athanor.health/fhir/CodeSystem/privacy-communication',
  code: 'statement-of-disagreement',
};
const ACTIVITY = 'http://terminology.hl7.org/CodeSystem/v3-DataOperation';
/** GDPR article 12(3): one month; HIPAA gives 60 days. */
const DUE = 30 * 24 * 3_600_000;

interface Requested {
  readonly patient: string;
  /** `Type/id` */
  readonly target: string;
  readonly text: string;
  readonly requester: string | undefined;
  /** Milliseconds. */
  readonly now: number;
}

export function requestTask({ patient, target, text, requester, now }: Requested): JsonObject {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'proposal',
    code: { coding: [CODE], text: 'Request for a correction of the record' },
    description: text,
    focus: { reference: target },
    for: { reference: `Patient/${patient}` },
    authoredOn: timeOf(now),
    ...(requester === undefined ? {} : { requester: { reference: requester } }),
    restriction: { period: { end: timeOf(now + DUE) } },
  };
}

export function isRectification({ code }: JsonObject): boolean {
  const codings = isObject(code) && Array.isArray(code.coding) ? code.coding : [];
  return codings.some((coding) => isObject(coding) && coding.system === CODE.system && coding.code === CODE.code);
}

interface Decision {
  readonly decision: 'accepted' | 'denied';
  readonly reason: string | undefined;
  readonly owner: string | undefined;
  readonly now: number;
}

export function decidedTask(task: JsonObject, { decision, reason, owner, now }: Decision): JsonObject {
  return {
    ...task,
    status: decision === 'accepted' ? 'accepted' : 'rejected',
    lastModified: timeOf(now),
    ...(reason === undefined ? {} : { statusReason: { text: reason } }),
    ...(owner === undefined ? {} : { owner: { reference: owner } }),
  };
}

/** `Type/id` of what the request is about. */
export function targetOf({ focus }: JsonObject): string {
  return isObject(focus) && typeof focus.reference === 'string' ? focus.reference : '';
}

export function statementOf(task: JsonObject, target: string, statement: string, now: number): JsonObject {
  const patient = isObject(task.for) ? task.for : {};
  return {
    resourceType: 'Communication',
    basedOn: [{ reference: `Task/${String(task.id)}` }],
    status: 'completed',
    category: [{ coding: [STATEMENT], text: 'Statement of the patient about a denied correction' }],
    subject: patient,
    about: [{ reference: target }],
    sent: timeOf(now),
    sender: patient,
    ...(task.statusReason === undefined ? {} : { reasonCode: [task.statusReason] }),
    payload: [{ contentString: statement }],
  };
}

export function provenanceOf(
  { resourceType, id, meta }: JsonObject,
  code: 'CREATE' | 'UPDATE',
  agent: string | undefined,
  now: number,
): JsonObject {
  const version = isObject(meta) ? String(meta.versionId) : '1';
  return {
    resourceType: 'Provenance',
    target: [{ reference: `${String(resourceType)}/${String(id)}/_history/${version}` }],
    recorded: timeOf(now),
    activity: { coding: [{ system: ACTIVITY, code }] },
    agent: [{ who: agent === undefined ? { display: 'Athanor' } : { reference: agent } }],
  };
}

function timeOf(ms: number): string {
  return new Date(ms).toISOString();
}
