import type { AnyResource, ClinicReader, ResourceOf, Stored } from '#sdk';
import { CANONICAL } from './order.ts';

/** What is said to a partner pharmacy. */
export interface PharmacyMessage {
  /** The same for every repetition of the same message. */
  readonly id: string;
  readonly bundle: ResourceOf<'Bundle'>;
}

interface Sending {
  readonly task: Stored<'Task'>;
  readonly event: 'new-prescription' | 'cancel-prescription';
  readonly destination: string;
  /** Of this server. */
  readonly baseUrl: string;
}

/**
 * A FHIR message about a prescription, with the prescription, the patient and the prescriber. Its id is made of the Task, so
 * that it is the same message when it is repeated. https://hl7.org/fhir/R4/messaging.html
 * @returns undefined when there is no prescription any more
 */
export async function pharmacyMessage(
  { task, event, destination, baseUrl }: Sending,
  reader: ClinicReader,
): Promise<PharmacyMessage | undefined> {
  const order = await reader.resolve(task.focus, 'MedicationRequest');
  if (order === undefined) return undefined;
  const about = [
    order,
    await reader.resolve(order.subject, 'Patient'),
    await reader.resolve(order.requester, 'Practitioner'),
    await reader.resolve(order.requester, 'PractitionerRole'),
    await reader.resolve(order.medicationReference, 'Medication'),
  ].filter((each) => each !== undefined);
  const url = ({ resourceType, id }: { resourceType: string; id: string }): string =>
    `${baseUrl}/${resourceType}/${id}`;
  const id = url(task);
  const header: ResourceOf<'MessageHeader'> = {
    resourceType: 'MessageHeader',
    id: task.id,
    eventUri: `${CANONICAL}/message/${event}`,
    source: { endpoint: baseUrl },
    destination: [{ endpoint: destination }],
    focus: [{ reference: url(order) }],
  };
  const resources: readonly (readonly [string, AnyResource])[] = [
    [url({ resourceType: 'MessageHeader', id: task.id }), header],
    ...about.map((each) => [url(each), each] as const),
  ];
  const bundle: ResourceOf<'Bundle'> = {
    resourceType: 'Bundle',
    type: 'message',
    identifier: { system: 'urn:ietf:rfc:3986', value: id },
    timestamp: task.authoredOn ?? task.meta.lastUpdated,
    entry: resources.map(([fullUrl, resource]) => ({ fullUrl, resource })),
  };
  return { id, bundle };
}
