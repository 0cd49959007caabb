import type { JsonObject } from '../../server/kernel/json.ts';
import type { Log } from '../../server/kernel/log.ts';
import type { FhirClient } from '../client/fhir-client.ts';
import { isDown, Unreachable } from '../client/http-call.ts';
import { searchAll } from '../deliver/read/read-bundle.ts';
import { raiseTask, taskCode, taskPart } from '../deliver/tasks/task.ts';
import { ifMatchOf } from '../deliver/write/if-match.ts';
import { CANONICAL } from '../map/canonical.ts';
import { keepRefusalTask, refusedMessages, type RefusedMessage } from '../store/outgoing-people.ts';
import type { Store } from '../store/open-store.ts';
import { referenceOf, textOf } from '../map/json.ts';

/** A Task, and the search by which it is made once. */
interface UniqueTask {
  readonly resource: JsonObject;
  readonly ifNoneExist: string;
}

const UNTOLD = `${CANONICAL}/hl7/untold`;
const MESSAGES = `${CANONICAL}/hl7/message`;
const ROLES = `${CANONICAL}/CodeSystem/clinic-role`;

/** Why nobody was told of a change. */
const REASONS = {
  'not-written': 'A change could not be written as an HL7 message: nobody was told of it.',
  'not-numbered': 'The number by which partners would know it was refused: nobody was told of it.',
  'recipient-unknown': 'Several partners take such orders, and this one names no performer: it was sent to none.',
} as const;

/** @param focus `ServiceRequest/1` */
export function untoldTask(focus: string, version: number, reason: keyof typeof REASONS): UniqueTask {
  // The next version is another matter, but for the same reason the same person has to look at it.
  const value = reason === 'not-written' ? `${focus}/_history/${version} ${reason}` : `${focus} ${reason}`;
  return {
    ifNoneExist: `identifier=${UNTOLD}|${encodeURIComponent(value)}`,
    resource: {
      resourceType: 'Task',
      identifier: [{ system: UNTOLD, value }],
      status: 'requested',
      intent: 'order',
      code: taskCode(reason),
      description: REASONS[reason],
      focus: { reference: focus },
      performerType: performers(focus),
    },
  };
}

/**
 * Tells a person. A Task that the server refuses is told by the log: other changes must not wait for it.
 * @throws Unreachable when the server does not answer now
 */
export async function raiseUntold(client: FhirClient, log: Log, task: UniqueTask): Promise<void> {
  try {
    await raiseTask(client, task.resource, task.ifNoneExist);
  } catch (error) {
    if (!(error instanceof Unreachable) || isDown(error)) throw error;
    log.error({ err: error, focus: referenceOf(task.resource.focus) }, 'nobody could be told of a change');
  }
}

const MOST = 50;

/**
 * Messages that their destination does not take: the Tasks of the order fail, and a person is told.
 * @throws Unreachable when the server does not answer now
 */
export async function tellRefusals(store: Store, client: FhirClient): Promise<void> {
  const failures: unknown[] = [];
  for (const message of await refusedMessages(store, MOST)) {
    // One that the server does not take must not keep the others.
    await tellRefusal(store, client, message).catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}

async function tellRefusal(store: Store, client: FhirClient, message: RefusedMessage): Promise<void> {
  const [focus = ''] = message.resources;
  if (focus.startsWith('ServiceRequest/')) await failTasks(client, focus, message);
  const task = refusalTask(message, focus);
  await keepRefusalTask(store, message.seq, await raiseTask(client, task.resource, task.ifNoneExist));
}

function refusalTask(
  { id, event, controlId, destination, note, receivedAt }: RefusedMessage,
  focus: string,
): UniqueTask {
  const inputs = [
    ['control-id', controlId],
    ['event', event],
    ['partner', destination],
  ] as const;
  return {
    ifNoneExist: `identifier=${MESSAGES}|${id}`,
    resource: {
      resourceType: 'Task',
      identifier: [{ system: MESSAGES, value: id }],
      status: 'requested',
      intent: 'order',
      priority: focus.startsWith('ServiceRequest/') ? 'urgent' : 'routine',
      code: taskCode('not-taken'),
      description: note,
      authoredOn: receivedAt,
      ...(focus === '' ? {} : { focus: { reference: focus } }),
      performerType: performers(focus),
      input: inputs.map(([code, value]) => taskPart(code, { valueString: value })),
    },
  };
}

function performers(focus: string): JsonObject[] {
  const role = /^(ServiceRequest|DiagnosticReport)\//.test(focus) ? 'laboratory-technician' : 'manager';
  return [{ coding: [{ system: ROLES, code: role }] }];
}

const OPEN = 'requested,received,accepted,ready,in-progress,on-hold';

/** Tasks by which the order is fulfilled; Tasks of the gateway itself are for people and stay. */
async function failTasks(client: FhirClient, order: string, { note }: RefusedMessage): Promise<void> {
  const [found = []] = await searchAll(client, [`Task?focus=${order}&status=${OPEN}`]);
  const own = found.filter((task) => referenceOf(task.focus) === order && !isForPeople(task));
  if (own.length === 0) return;
  const entry = own.map((task) => ({
    resource: { ...task, status: 'failed', statusReason: { text: note } },
    request: { method: 'PUT', url: `Task/${textOf(task.id)}`, ...ifMatchOf(task) },
  }));
  const { status } = await client.send({
    method: 'POST',
    path: '',
    body: { resourceType: 'Bundle', type: 'transaction', entry },
  });
  if (status !== 200) throw new Unreachable(`Tasks of an order were answered ${status}`, status);
}

function isForPeople({ identifier }: JsonObject): boolean {
  return (
    Array.isArray(identifier) &&
    identifier.some((each) => [UNTOLD, MESSAGES].includes(textOf((each as JsonObject).system)))
  );
}
