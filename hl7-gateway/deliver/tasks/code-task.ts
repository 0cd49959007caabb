import { createHash } from 'node:crypto';
import type { JsonObject } from '../../../server/kernel/json.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import type { UnmappedCode } from '../../map/mapped-message.ts';
import { raiseTask, taskCode, taskPart } from './task.ts';

const CODES = 'https://athanor.health/fhir/hl7/code';
const OPEN = 'draft,requested,received,accepted,ready,in-progress,on-hold';

/**
 * Asks people for the meaning of a partner's code: they answer in `Task.output` with a Coding and complete the Task.
 * @returns `Task/id`, the same one for the same partner, source, code and target as long as it is open
 * @throws Unreachable when the server does not take it now
 */
export function raiseCodeTask(
  client: FhirClient,
  partner: string,
  unmapped: UnmappedCode,
  now: () => number,
): Promise<string> {
  const { source, code, display, target, place } = unmapped;
  const value = createHash('sha256')
    .update(JSON.stringify([partner, source, code, target]))
    .digest('hex');
  // As texts: a code that its own system does not have would be refused as a Coding.
  const said = [
    ['partner', partner],
    ['source', source],
    ['code', code],
    ['display', display ?? ''],
  ] as const;
  const task: JsonObject = {
    resourceType: 'Task',
    identifier: [{ system: CODES, value }],
    status: 'requested',
    intent: 'order',
    code: taskCode('unmapped-code'),
    description: `What does this code mean, which comes in ${place}? The answer goes into output, as a Coding.`,
    authoredOn: new Date(now()).toISOString(),
    input: [
      ...said.flatMap(([part, text]) => (text.trim() === '' ? [] : [taskPart(part, { valueString: text })])),
      taskPart('target', { valueUri: target }),
    ],
  };
  return raiseTask(client, task, `identifier=${CODES}|${value}&status=${OPEN}`);
}
