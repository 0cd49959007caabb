import { defineBot, Fault, type BotContext, type Stored } from '#sdk';
import { deliveryOf } from '#modules/supply';
import { lotOf, type DispensedLot } from '../dispensing/dispense-lot.ts';
import { handedOutBy } from '../dispensing/handed-out-of.ts';
import { TASK_SYSTEM } from '../names.ts';
import { localName, movedBy } from '../vault/moved.ts';
import { doseUnits } from '../ward/dose-units.ts';
import { wardOf } from '../ward/ward-of.ts';

type Given = Stored<'MedicationAdministration'>;

/** A dose that was given has left the ward's stock, once; one that was recorded in error has not. */
export const wardConsumption = defineBot<'MedicationAdministration'>({
  name: 'ward-consumption',
  title: 'Uses up the stock of wards',
  on: { criteria: 'MedicationAdministration?status=completed,entered-in-error' },
  async run({ resource }, clinic) {
    if (resource === undefined) return;
    if (resource.status === 'entered-in-error') return takeBack(resource, clinic);
    const named = await lotOf(resource, clinic);
    if (named === undefined || (await isRecorded(resource, clinic)) || (await isOwnSupply(resource, clinic))) return;
    const stay = await clinic.resolve(resource.context, 'Encounter');
    const ward = await wardOf(clinic, stay);
    const quantity = doseUnits(resource.dosage?.dose, named.product);
    if (ward === undefined) return;
    if (quantity === undefined)
      return tell(resource, ward, 'how many units it used up cannot be told from its dose', clinic);
    try {
      await use(resource, named, { ward, quantity }, clinic);
    } catch (error) {
      if (!(error instanceof Fault) || error.status >= 500) throw error;
      await tell(resource, ward, 'the ledger of the ward does not have it', clinic);
    }
  },
});

async function use(
  given: Given,
  { lot }: DispensedLot,
  { ward, quantity }: { readonly ward: Stored<'Location'>; readonly quantity: number },
  clinic: BotContext,
): Promise<void> {
  const patient = localName(given.subject);
  const movement = deliveryOf({
    type: 'issue',
    lot: lot.id,
    quantity,
    origin: ward.id,
    at: given.effectiveDateTime ?? given.effectivePeriod?.end,
    reason: 'administered',
    cause: `MedicationAdministration/${given.id}`,
    ...(patient.startsWith('Patient/') ? { patient } : {}),
  });
  await clinic.createOnce(`administered|MedicationAdministration/${given.id}`, movement);
}

/** Whether the ledger has it already: of a ward's vault, two persons have entered it. */
async function isRecorded({ id }: Given, clinic: BotContext): Promise<boolean> {
  return (await clinic.count('SupplyDelivery', `cause=MedicationAdministration/${id}`)) > 0;
}

/** Whether the patient had it from the pharmacy by name: then it left the stock when it was dispensed. */
async function isOwnSupply(given: Given, clinic: BotContext): Promise<boolean> {
  const order = localName(given.request);
  const stay = localName(given.context);
  if (order === '' || stay === '') return false;
  const dispenses = await clinic.search('MedicationDispense', `prescription=${order}&context=${stay}&status=completed`);
  const lot = localName(given.medicationReference);
  return clinic.inTransaction(async (inner) => {
    for (const { id } of dispenses) {
      const rows = await handedOutBy(inner, `MedicationDispense/${id}`);
      if (rows.some((row) => row.lot === lot && row.issued > row.returned)) return true;
    }
    return false;
  });
}

async function takeBack(given: Given, clinic: BotContext): Promise<void> {
  const cause = `MedicationAdministration/${given.id}`;
  for (const issue of await clinic.search('SupplyDelivery', `cause=${cause}&movement-type=issue`)) {
    const { lot, quantity, origin, destination } = movedBy(issue);
    const back = deliveryOf({
      type: 'reversal',
      lot: lot.replace('Medication/', ''),
      quantity,
      origin: destination.replace('Location/', ''),
      destination: origin.replace('Location/', ''),
      reverses: issue.id,
      reason: 'DATA_ENTRY',
      cause,
    });
    await clinic.createOnce(`not-administered|${cause}`, back);
  }
}

/** Somebody has to count: a patient got what the ledger does not know of. */
async function tell(given: Given, ward: Stored<'Location'>, why: string, clinic: BotContext): Promise<void> {
  await clinic.createOnce(`ward-stock|MedicationAdministration/${given.id}`, {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: TASK_SYSTEM, code: 'ward-stock' }] },
    focus: { reference: `MedicationAdministration/${given.id}` },
    for: given.subject,
    location: { reference: `Location/${ward.id}` },
    description: `A dose was given, but ${why}. Count this lot on the ward.`,
  });
}
