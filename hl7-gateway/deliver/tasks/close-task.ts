import { Unreachable } from '../../client/http-call.ts';
import type { FhirClient } from '../../client/fhir-client.ts';
import { ifMatchOf } from '../write/if-match.ts';

const OVER: ReadonlySet<unknown> = new Set(['completed', 'cancelled', 'rejected', 'failed', 'entered-in-error']);

/**
 * Nothing is left to do: what waited was carried out after all.
 * @param task `Task/id`
 * @throws Unreachable when the server does not take it now
 */
export async function closeTask(client: FhirClient, task: string): Promise<void> {
  const found = await client.send({ method: 'GET', path: task });
  if (found.status === 404 || found.status === 410 || OVER.has(found.body.status)) return;
  const { status } = await client.send({
    method: 'POST',
    path: '',
    body: {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          resource: { ...found.body, status: 'completed' },
          request: { method: 'PUT', url: task, ...ifMatchOf(found.body) },
        },
      ],
    },
  });
  if (status !== 200) throw new Unreachable(`a Task was answered ${status}`, status);
}
