import type { JsonObject } from '../../../../server/kernel/json.ts';
import type { FhirClient } from '../../../client/fhir-client.ts';
import { searchAll } from '../../../deliver/read/read-bundle.ts';
import { TASK_SYSTEM } from '../../../deliver/tasks/task.ts';
import { ifMatchOf } from '../../../deliver/write/if-match.ts';
import { objectOf, objectsOf, referenceOf, textOf } from '../../../map/json.ts';
import { writeOne } from './write-imaging-study.ts';

const OPEN = 'requested,received,accepted,ready,in-progress,on-hold';

/**
 * The images of an order are there: Tasks by which it is fulfilled are done. Tasks by which people look after the gateway's own work
 * are not.
 * @throws Unreachable, SearchRefused, WriteRefused, WrittenMeanwhile
 */
export async function completeOrderTasks(client: FhirClient, orders: readonly JsonObject[]): Promise<void> {
  if (orders.length === 0) return;
  const names = orders.map(({ id }) => `ServiceRequest/${textOf(id)}`);
  const [tasks = []] = await searchAll(client, [`Task?focus=${names.join(',')}&status=${OPEN}`]);
  for (const task of tasks.filter((each) => names.includes(referenceOf(each.focus)) && isFulfilment(each))) {
    const request = { method: 'PUT', url: `Task/${textOf(task.id)}`, ...ifMatchOf(task) };
    await writeOne(client, { resource: { ...task, status: 'completed' }, request });
  }
}

/** https://hl7.org/fhir/R4/codesystem-task-code.html */
function isFulfilment({ code }: JsonObject): boolean {
  const codings = objectsOf(objectOf(code).coding);
  if (codings.some(({ system }) => system === TASK_SYSTEM)) return false;
  return codings.length === 0 || codings.some((coding) => coding.code === 'fulfill');
}
