import type { JsonObject } from '../../../server/kernel/json.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import type { ParkReason } from '../delivered.ts';
import { raiseTask, taskCode, taskPart } from './task.ts';

/** A message for which a person has to do something. */
export interface ParkedMessage {
  /** UUID: one Task each. */
  readonly id: string;
  /** MSH-10. */
  readonly controlId: string;
  /** `ADT^A08`; empty where it cannot be read. */
  readonly event: string;
  /** The partner's id; empty where nobody knows it. */
  readonly partner: string;
  readonly receivedAt: string;
  readonly reason: ParkReason;
  /** For people; nothing of the message. */
  readonly text: string;
}

const MESSAGES = 'https://athanor.health/fhir/hl7/message';
const ROLES = 'https://athanor.health/fhir/CodeSystem/clinic-role';
const RESULTS = /^(ORU|OUL|ORM|OML|OMG|OMI|ORL|ORR)\b/;

/**
 * Tells people of it by a Task that says nothing of the message's content.
 * @returns `Task/id`, the same one for the same message
 * @throws Unreachable when the server does not take it now
 */
export function parkMessage(client: FhirClient, message: ParkedMessage): Promise<string> {
  const { id, controlId, event, partner, receivedAt, reason, text } = message;
  const inputs = [
    ['control-id', controlId],
    ['event', event],
    ['partner', partner],
  ] as const;
  const input = inputs.flatMap(([code, value]) =>
    value.trim() === '' ? [] : [taskPart(code, { valueString: value })],
  );
  const task: JsonObject = {
    resourceType: 'Task',
    identifier: [{ system: MESSAGES, value: id }],
    status: 'requested',
    intent: 'order',
    code: taskCode(reason),
    description: text,
    authoredOn: receivedAt,
    performerType: [{ coding: [{ system: ROLES, code: roleFor(reason, event) }] }],
    ...(input.length === 0 ? {} : { input }),
  };
  return raiseTask(client, task, `identifier=${MESSAGES}|${id}`);
}

/** Whose work it is: https://athanor.health/fhir/CodeSystem/clinic-role */
function roleFor(reason: ParkReason, event: string): string {
  if (reason === 'patient-unknown' || reason === 'patient-conflict') return 'receptionist';
  return RESULTS.test(event) ? 'laboratory-technician' : 'manager';
}
