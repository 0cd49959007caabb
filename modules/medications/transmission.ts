import type { Clinic, ClinicReader, ModuleContext, Stored } from '#sdk';
import { faults } from './faults.ts';
import { CANONICAL, extensionOf } from './order.ts';
import { isOver, taskCode, tasksOf, type Task } from './tasks.ts';

const STOCK_KIND = `${CANONICAL}/StructureDefinition/stock-kind`;

type Place = Pick<Task, 'owner' | 'location'>;
type Reference = { readonly reference?: string };

/**
 * Whose work the Task is: of a pharmacy here, by its Location, or of a partner, by its Organization.
 * @throws Fault 422 where nothing can be sent to
 */
export async function pharmacyAt(to: Reference | undefined, reader: ClinicReader): Promise<Place> {
  if (to?.reference === undefined) throw faults.pharmacyNeeded();
  const location = await reader.resolve(to, 'Location');
  if (location !== undefined) {
    if (extensionOf(location, STOCK_KIND)?.valueCode !== 'pharmacy') throw faults.noPharmacy();
    const owner = location.managingOrganization;
    return { location: { reference: `Location/${location.id}` }, ...(owner === undefined ? {} : { owner }) };
  }
  const organization = await reader.resolve(to, 'Organization');
  if (organization === undefined || (await endpointOf(organization, reader)) === undefined) throw faults.noPharmacy();
  return { owner: { reference: `Organization/${organization.id}` } };
}

/** Where messages for a partner go, when it takes FHIR messages. */
export async function endpointOf(
  { endpoint = [] }: Stored<'Organization'>,
  reader: ClinicReader,
): Promise<Stored<'Endpoint'> | undefined> {
  for (const reference of endpoint) {
    const found = await reader.resolve(reference, 'Endpoint');
    if (found?.status === 'active' && found.connectionType.code === 'hl7-fhir-msg') return found;
  }
  return undefined;
}

/** The prescription is sent: a Task at the pharmacy, the same one however often it is sent there. */
export function transmitTask(
  clinic: Clinic,
  context: Pick<ModuleContext, 'now' | 'actor'>,
  order: Stored<'MedicationRequest'>,
  place: Place,
): Promise<Stored<'Task'>> {
  const where = place.location?.reference ?? place.owner?.reference ?? '';
  return clinic.createOnce<'Task'>(`transmit|MedicationRequest/${order.id}|${where}`, {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: taskCode('transmit'),
    focus: { reference: `MedicationRequest/${order.id}` },
    for: order.subject,
    authoredOn: context.now().toISOString(),
    ...requesterOf(context),
    ...place,
  });
}

export function requesterOf({ actor }: Pick<ModuleContext, 'actor'>): Pick<Task, 'requester'> {
  return actor.reference === undefined ? {} : { requester: { reference: actor.reference } };
}

/**
 * Every pharmacy that a prescription was sent to hears that it is not to be dispensed any more: what it has not begun is
 * taken back, and a Task tells it. Safe to repeat.
 */
export async function cancelTransmissions(
  clinic: Clinic,
  context: Pick<ModuleContext, 'now' | 'actor'>,
  order: Stored<'MedicationRequest'>,
): Promise<readonly Stored<'Task'>[]> {
  const told: Stored<'Task'>[] = [];
  for (const sent of await tasksOf(clinic, order.id, 'transmit')) {
    const { location, owner } = sent;
    told.push(
      await clinic.createOnce<'Task'>(`cancel|Task/${sent.id}`, {
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        code: taskCode('cancel'),
        basedOn: [{ reference: `Task/${sent.id}` }],
        focus: { reference: `MedicationRequest/${order.id}` },
        for: order.subject,
        authoredOn: context.now().toISOString(),
        ...requesterOf(context),
        ...(location === undefined ? {} : { location }),
        ...(owner === undefined ? {} : { owner }),
      }),
    );
    if (!isOver(sent))
      await clinic.change('Task', sent.id, (task) => (isOver(task) ? task : { ...task, status: 'cancelled' }));
  }
  return told;
}
