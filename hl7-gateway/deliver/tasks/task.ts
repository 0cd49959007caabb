import { isObject, type JsonObject } from '../../../server/kernel/json.ts';
import { Unreachable } from '../../client/http-call.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import { listOf } from '../read/read-bundle.ts';

/** Codes of Tasks and of what they hold; concepts in `profiles/CodeSystem-hl7-task.json`. */
export const TASK_SYSTEM = 'https://athanor.health/fhir/CodeSystem/hl7-task';

export function taskCode(code: string): JsonObject {
  return { coding: [{ system: TASK_SYSTEM, code }] };
}

/** A part of a Task's input or output. */
export function taskPart(code: string, value: JsonObject): JsonObject {
  return { type: taskCode(code), ...value };
}

/** The parts with a code. */
export function partsOf(list: JsonObject[string], wanted: string): readonly JsonObject[] {
  return listOf(list).filter(({ type }) => {
    const codings = isObject(type) ? listOf(type.coding) : [];
    return codings.some(({ system, code }) => system === TASK_SYSTEM && code === wanted);
  });
}

/**
 * Stores it unless the criteria find one.
 * @returns `Task/id`
 * @throws Unreachable when the server does not take it now
 */
export async function raiseTask(client: FhirClient, resource: JsonObject, ifNoneExist: string): Promise<string> {
  const { status, body } = await client.send({
    method: 'POST',
    path: '',
    isRepeatable: true,
    body: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource, request: { method: 'POST', url: 'Task', ifNoneExist } }],
    },
  });
  const [entry = {}] = listOf(body.entry);
  const location = isObject(entry.response) ? String(entry.response.location) : '';
  const name = /Task\/[A-Za-z0-9.-]{1,64}/.exec(location)?.[0];
  if (status !== 200 || name === undefined) throw new Unreachable(`a Task was answered ${status}`, status);
  return name;
}
