import type { ClinicReader, Stored } from '#sdk';
import { extensionUrl } from '../names.ts';

/** How many Locations are above a bed at most. */
const DEPTH = 12;

/** The ward whose stock is used up where the patient of a stay lies; undefined when none is above the bed. */
export async function wardOf(
  reader: ClinicReader,
  encounter: Stored<'Encounter'> | undefined,
): Promise<Stored<'Location'> | undefined> {
  const url = extensionUrl('stock-kind');
  const here = encounter?.location?.find(({ status }) => status === 'active') ?? encounter?.location?.at(-1);
  let place = await reader.resolve(here?.location, 'Location');
  for (let depth = 0; place !== undefined && depth < DEPTH; depth += 1) {
    if (place.extension?.some((each) => each.url === url && each.valueCode === 'ward') === true) return place;
    place = await reader.resolve(place.partOf, 'Location');
  }
  return undefined;
}
