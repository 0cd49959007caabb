import type { ClinicTransaction, Stored } from '#sdk';
import { faults } from '../faults.ts';
import type { Line } from '../line.ts';
import { structure } from '../names.ts';

/** The lot that a barcode names and that is not known yet. @throws Fault 422 when the barcode does not say which */
export async function newLot(
  clinic: ClinicTransaction,
  { scan, knowledge, delivery, number }: Line,
): Promise<Stored<'Medication'>> {
  if (scan?.lotNumber === undefined)
    throw faults.badLine(number, 'it needs a lot: itemReference, or a barcode with (10) lot and (17) expiry');
  const manufacturer = knowledge.manufacturer ?? delivery.supplier ?? { display: 'not said' };
  return clinic.create({
    resourceType: 'Medication',
    meta: { profile: [structure('stock-lot')] },
    status: 'active',
    code: knowledge.code ?? {},
    manufacturer: {
      ...(manufacturer.reference === undefined ? {} : { reference: manufacturer.reference }),
      ...(manufacturer.display === undefined ? {} : { display: manufacturer.display }),
    },
    batch: {
      lotNumber: scan.lotNumber,
      ...(scan.expiresOn === undefined ? {} : { expirationDate: scan.expiresOn }),
    },
    ...(knowledge.doseForm === undefined ? {} : { form: knowledge.doseForm }),
    ...(knowledge.ingredient === undefined ? {} : { ingredient: knowledge.ingredient }),
    extension: [
      { url: structure('lot-product'), valueReference: { reference: `MedicationKnowledge/${knowledge.id}` } },
      { url: structure('lot-status'), valueCode: 'active' },
    ],
  });
}
