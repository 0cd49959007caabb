import { unrestricted } from '../../access/access.ts';
import { GLASS_MINUTES, openGlass } from '../../access/break-glass.ts';
import { isOpenable } from '../../access/labels.ts';
import { requireFreshFactor } from '../../access/step-up.ts';
import { fault } from '../../kernel/fault.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { readLive } from '../../storage/read.ts';
import type { Ctx, Engine } from '../engine.ts';
import { create } from '../interactions/create.ts';
import { announceChange } from '../live/changes.ts';
import { single } from '../query.ts';
import type { FhirResponse } from '../request.ts';
import { parseStored } from '../write/current.ts';
import { inTransaction } from '../write/in-transaction.ts';
import { primitiveInput } from './input.ts';
import type { Operation, OperationCall } from './operation.ts';

const MIN_REASON = 10;
const MAX_REASON = 1000;
/** What the privacy officer finds in their list of tasks. */
const REVIEW = { system: 'https://athanor.health/fhir/CodeSystem/privacy-task', code: 'break-glass-review' };

export const breakGlass: Operation = {
  code: 'break-glass',
  definition: 'https://athanor.health/fhir/OperationDefinition/break-glass',
  text:
    `In an emergency: opens all of a patient's data to the caller for ${GLASS_MINUTES} minutes, whatever consents or labels ` +
    'say, but for what is marked as absolutely closed. Takes reason; needs a fresh second factor; is reviewed.',
  levels: ['instance'],
  types: ['Patient'],
  affectsState: true,
  run,
};

async function run(engine: Engine, ctx: Ctx, { request, id = '' }: OperationCall): Promise<FhirResponse> {
  const reason = (single(primitiveInput(request, ['reason']), 'reason') ?? '').trim();
  if (reason.length < MIN_REASON || reason.length > MAX_REASON) {
    const text = `reason must say in ${MIN_REASON} to ${MAX_REASON} characters what the emergency is.`;
    throw fault('operation.breakGlassReason', 400, 'required', text);
  }
  const { account, fhirUser } = ctx.access.principal;
  if (account === undefined || fhirUser === undefined) {
    throw fault('operation.breakGlassPerson', 403, 'forbidden', 'Only a person who is signed in can open a record.');
  }
  requireFreshFactor(ctx.access, ctx.now());
  await expectPatient(engine, ctx, id);
  const opened = ctx.now();
  const until = opened + GLASS_MINUTES * 60_000;
  return inTransaction(engine, ctx, async (inner) => {
    await openGlass(inner.db, ctx.tenant, { id: ctx.newId(), account, patient: id, reason, opened, until });
    await announceChange(engine, inner, 'policies');
    inner.audit.note({ action: 'E', interaction: '$break-glass', type: 'Patient', id, patients: [`Patient/${id}`] });
    const task = reviewTask(id, fhirUser, reason, opened, until);
    await create(
      engine,
      { ...inner, access: unrestricted(ctx.tenant) },
      { method: 'POST', path: ['Task'], query: '', headers: { prefer: { return: 'minimal' }, accept: [] }, body: task },
    );
    const parameter = [{ name: 'until', valueInstant: new Date(until).toISOString() }];
    return { status: 200, headers: {}, text: JSON.stringify({ resourceType: 'Parameters', parameter }) };
  });
}

/** Consents and labels that the emergency lifts may hide the Patient itself; others hide it still. */
async function expectPatient(engine: Engine, ctx: Ctx, id: string): Promise<void> {
  const live = await readLive(ctx.db, ctx.tenant, engine.hasher(ctx.tenant).target(`Patient/${id}`), undefined);
  const patient = live && parseStored('Patient', { ...live, id });
  if (patient !== undefined && (isOpenable(patient) || ctx.access.permits(patient, 'read'))) return;
  throw fault('rest.notFound', 404, 'not-found', `Patient/${id} does not exist.`);
}

function reviewTask(patient: string, user: string, reason: string, opened: number, until: number): JsonObject {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: { coding: [REVIEW], text: 'Review of an emergency access' },
    description: reason,
    for: { reference: `Patient/${patient}` },
    requester: { reference: user },
    authoredOn: new Date(opened).toISOString(),
    executionPeriod: { start: new Date(opened).toISOString(), end: new Date(until).toISOString() },
    performerType: [{ text: 'Privacy officer' }],
  };
}
