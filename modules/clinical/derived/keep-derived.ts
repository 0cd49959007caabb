import { decimalText, type ClinicTransaction, type ResourceOf, type Stored } from '#sdk';

type Observation = ResourceOf<'Observation'>;

/**
 * Stores what was derived from measurements, once under its key: changed when it is another value now, marked as entered in
 * error when nothing can be derived any more. Safe to repeat.
 * @param source one of the Observations from which it was or would be derived
 */
export async function keepDerived(
  clinic: ClinicTransaction,
  key: string,
  source: string,
  wanted: Observation | undefined,
): Promise<void> {
  const there = await derivedThere(clinic, key, source);
  if (wanted === undefined) {
    if (there === undefined || there.status === 'entered-in-error') return;
    await clinic.update({ ...there, status: 'entered-in-error' });
    return;
  }
  // It may be there without being derived from this source yet.
  const stored = there ?? (await clinic.createOnce(key, wanted));
  if (!isOther(stored, wanted)) return;
  const { id, meta, identifier } = stored;
  await clinic.update({ ...wanted, id, meta, ...(identifier === undefined ? {} : { identifier }) });
}

async function derivedThere(
  clinic: ClinicTransaction,
  key: string,
  source: string,
): Promise<Stored<'Observation'> | undefined> {
  const found = await clinic.search('Observation', new URLSearchParams({ 'derived-from': source }).toString());
  return found.find(({ identifier = [] }) => identifier.some(({ value }) => value === key));
}

function isOther(before: Observation, after: Observation): boolean {
  const says = ({ status, valueQuantity, valueInteger, derivedFrom }: Observation): string =>
    JSON.stringify([status, decimalText(valueQuantity, 'value'), valueInteger, derivedFrom]);
  return says(before) !== says(after);
}
