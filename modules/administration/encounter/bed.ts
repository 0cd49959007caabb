import type { ResourceOf } from '#sdk';

type Location = ResourceOf<'Location'>;

const PHYSICAL_TYPE = 'http://terminology.hl7.org/CodeSystem/location-physical-type';

/** Closed, housekeeping, contaminated. https://terminology.hl7.org/CodeSystem-v2-0116.html */
const CLOSED: readonly string[] = ['C', 'H', 'K'];

/** A Location for one patient to lie in: of physical type `bd`, and no kind of beds. */
export function isBed({ physicalType, mode }: Location): boolean {
  const isOfType = physicalType?.coding?.some(({ system, code }) => system === PHYSICAL_TYPE && code === 'bd');
  return isOfType === true && mode !== 'kind';
}

/** Whether a patient may be put there, as far as the Location says. */
export function isOpen({ status, operationalStatus }: Location): boolean {
  return (status ?? 'active') === 'active' && !CLOSED.includes(operationalStatus?.code ?? '');
}
