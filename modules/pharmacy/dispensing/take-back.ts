import type { ClinicReader, ClinicTransaction, Stored } from '#sdk';
import { post } from '#modules/supply';
import { extensionUrl } from '../names.ts';
import { movedBy } from '../vault/moved.ts';
import { recordWitnessed } from '../vault/witnessed-provenance.ts';

type Dispense = Stored<'MedicationDispense'>;

/** Movements by which a dispense took units out of stock. */
export async function issuesOf(
  reader: Pick<ClinicReader, 'search'>,
  dispense: string,
): Promise<readonly Stored<'SupplyDelivery'>[]> {
  return reader.search('SupplyDelivery', `cause=${dispense}&movement-type=issue`);
}

/**
 * Puts back what was prepared and never handed over, and cancels the dispense.
 * @param witness `Basic/1`: statement of a witness, for what goes back into a vault
 */
export async function takeBack(
  clinic: ClinicTransaction,
  dispense: Dispense,
  witness: string | undefined,
  at: Date,
): Promise<Dispense> {
  const extension =
    witness === undefined ? [] : [{ url: extensionUrl('vault-witness'), valueReference: { reference: witness } }];
  for (const issue of await issuesOf(clinic, `MedicationDispense/${dispense.id}`)) {
    const { lot, quantity, origin, destination } = movedBy(issue);
    const [movement] = await post(clinic, [
      {
        type: 'reversal',
        lot: lot.replace('Medication/', ''),
        quantity,
        origin: destination.replace('Location/', ''),
        destination: origin.replace('Location/', ''),
        reverses: issue.id,
        reason: 'NOT_COLLECTED',
        extension,
      },
    ]);
    if (movement !== undefined) await recordWitnessed(clinic, movement, at);
  }
  return clinic.change('MedicationDispense', dispense.id, (before) => ({
    ...before,
    status: 'cancelled',
    statusReasonCodeableConcept: { text: 'Not collected' },
  }));
}
