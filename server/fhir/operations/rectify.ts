import { unrestricted } from '../../access/access.ts';
import { Fault, fault } from '../../kernel/fault.ts';
import { isFhirId } from '../../kernel/id.ts';
import { isObject, parseJson, stringifyJson, type JsonObject } from '../../kernel/json.ts';
import { patientOf } from '../../protection/patient-of.ts';
import type { Ctx, Engine } from '../engine.ts';
import { create } from '../interactions/create.ts';
import { update } from '../interactions/update.ts';
import { visibleResource } from '../interactions/visible.ts';
import { single, type Query } from '../query.ts';
import type { FhirRequest, FhirResponse } from '../request.ts';
import { inTransaction } from '../write/in-transaction.ts';
import { primitiveInput } from './input.ts';
import type { Operation, OperationCall } from './operation.ts';
import { decidedTask, isRectification, provenanceOf, requestTask, statementOf, targetOf } from './rectify/resources.ts';

const INPUTS = ['request', 'target', 'task', 'decision', 'reason', 'statement'];
const MAX_TEXT = 10_000;

/** GDPR article 16, HIPAA 45 CFR 164.526 */
export const rectify: Operation = {
  code: 'rectify',
  definition: 'https://athanor.health/fhir/OperationDefinition/rectify',
  text:
    'A patient asks for a correction: request (what is wrong, and what is right) and target (Type/id, if it is one resource) make a Task. ' +
    'Staff decides: task, decision (accepted, denied), reason. After a denial the patient may add a statement to task, ' +
    'which goes along with the record.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: true,
  run,
};

async function run(engine: Engine, ctx: Ctx, { request, id = '' }: OperationCall): Promise<FhirResponse> {
  const input = primitiveInput(request, INPUTS);
  const taskId = single(input, 'task');
  const isDecision = single(input, 'decision') !== undefined;
  // Who decides need not see the record.
  if (!isDecision) await visibleResource(engine, ctx, '$rectify', 'Patient', id);
  if (taskId === undefined) {
    if (!isDecision) return ask(engine, ctx, id, input);
    throw fault('rectify.taskMissing', 400, 'required', 'task must be the id of the Task that is decided.');
  }
  if (!isFhirId(taskId)) throw noTask(taskId);
  return inTransaction(engine, ctx, async (inner) => {
    const own = asServer(inner);
    const task = await taskOf(engine, own, id, taskId);
    return isDecision
      ? decide(engine, ctx, own, task, input)
      : state(engine, ctx, own, task, textOf(input, 'statement'));
  });
}

/** @throws Fault 404, the same for a Task that is not there, was deleted or is somebody else's */
async function taskOf(engine: Engine, own: Ctx, patient: string, id: string): Promise<JsonObject> {
  try {
    const task = await visibleResource(engine, own, '$rectify', 'Task', id);
    if (isRectification(task) && patientOf('Task', id, task) === patient) return task;
  } catch (error) {
    if (!(error instanceof Fault) || error.status >= 500) throw error;
  }
  throw noTask(id);
}

async function ask(engine: Engine, ctx: Ctx, patient: string, input: Query): Promise<FhirResponse> {
  const text = textOf(input, 'request');
  const target = single(input, 'target') ?? `Patient/${patient}`;
  await expectTarget(engine, ctx, patient, target);
  const { fhirUser } = ctx.access.principal;
  return inTransaction(engine, ctx, async (inner) => {
    const own = asServer(inner);
    const task = requestTask({ patient, target, text, requester: fhirUser, now: ctx.now() });
    const stored = await store(engine, own, 'Task', task);
    await store(engine, own, 'Provenance', provenanceOf(stored, 'CREATE', fhirUser, ctx.now()));
    return answer(stored);
  });
}

/** What is to be corrected must be part of the record that is asked for, and visible to who asks. */
async function expectTarget(engine: Engine, ctx: Ctx, patient: string, target: string): Promise<void> {
  const [type = '', id = '', ...more] = target.split('/');
  const isReference = engine.definitions.isResourceType(type) && isFhirId(id) && more.length === 0;
  if (isReference) {
    const resource = await visibleResource(engine, ctx, '$rectify', type, id);
    if (patientOf(type, id, resource) === patient) return;
  }
  const text = 'target must be a resource of this record, such as Observation/123.';
  throw fault('rectify.badTarget', 422, 'value', text);
}

async function decide(engine: Engine, ctx: Ctx, own: Ctx, task: JsonObject, input: Query): Promise<FhirResponse> {
  const decision = single(input, 'decision');
  if (decision !== 'accepted' && decision !== 'denied') {
    throw fault('rectify.badDecision', 400, 'value', 'decision must be accepted or denied.');
  }
  const reason = decision === 'denied' || single(input, 'reason') !== undefined ? textOf(input, 'reason') : undefined;
  const { fhirUser, roles } = ctx.access.principal;
  const changed = decidedTask(task, { decision, reason, owner: fhirUser, now: ctx.now() });
  const isPatient = roles.includes('patient') || roles.includes('proxy');
  if (isPatient || !ctx.access.permits(task, 'update') || ctx.access.refusal(task, changed) !== undefined) {
    throw fault(
      'rectify.mayNotDecide',
      403,
      'forbidden',
      'Requests for corrections are decided by staff that may change Tasks.',
    );
  }
  if (task.status !== 'requested') {
    throw fault('rectify.decided', 409, 'business-rule', 'This request was decided already.');
  }
  const stored = await replace(engine, own, changed);
  await store(engine, own, 'Provenance', provenanceOf(stored, 'UPDATE', fhirUser, ctx.now()));
  return answer(stored);
}

/** The patient's disagreement, kept beside what it is about: it comes with $everything and with every export. */
async function state(engine: Engine, ctx: Ctx, own: Ctx, task: JsonObject, statement: string): Promise<FhirResponse> {
  if (task.status !== 'rejected') {
    throw fault('rectify.notDenied', 409, 'business-rule', 'A statement is added to a request that was denied.');
  }
  const { fhirUser } = ctx.access.principal;
  const communication = statementOf(task, targetOf(task), statement, ctx.now());
  const stored = await store(engine, own, 'Communication', communication);
  await store(engine, own, 'Provenance', provenanceOf(stored, 'CREATE', fhirUser, ctx.now()));
  return answer(stored);
}

function asServer(ctx: Ctx): Ctx {
  return { ...ctx, access: unrestricted(ctx.tenant) };
}

async function store(engine: Engine, ctx: Ctx, type: string, body: JsonObject): Promise<JsonObject> {
  return parsed(await create(engine, ctx, requestOf('POST', [type], body)));
}

async function replace(engine: Engine, ctx: Ctx, body: JsonObject): Promise<JsonObject> {
  return parsed(await update(engine, ctx, requestOf('PUT', ['Task', String(body.id)], body)));
}

function requestOf(method: 'POST' | 'PUT', path: readonly string[], body: JsonObject): FhirRequest {
  return { method, path, query: '', headers: { prefer: { return: 'representation' }, accept: [] }, body };
}

function parsed({ text = '' }: FhirResponse): JsonObject {
  const resource = parseJson(text);
  if (!isObject(resource)) throw new Error('a write was answered without its resource');
  return resource;
}

function answer(resource: JsonObject): FhirResponse {
  return { status: 200, headers: {}, text: stringifyJson(resource) };
}

function textOf(input: Query, name: string): string {
  const text = (single(input, name) ?? '').trim();
  if (text !== '' && text.length <= MAX_TEXT) return text;
  throw fault('rectify.noText', 400, 'required', `${name} must be a text of 1 to ${MAX_TEXT} characters.`);
}

function noTask(id: string): Error {
  const text = `There is no request for a correction "${id.slice(0, 64)}" of this patient.`;
  return fault('rectify.noTask', 404, 'not-found', text);
}
