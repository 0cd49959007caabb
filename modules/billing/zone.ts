import type { ClinicReader, ModuleContext, Stored } from '#sdk';
import { extensionUrl } from './names.ts';

/** How many Locations are above a bed at most. */
const DEPTH = 12;

/** IANA zone of the place of a stay, as it or a place above it says; otherwise the clinic's. */
export async function zoneOf(
  stay: Stored<'Encounter'> | undefined,
  context: ClinicReader & Pick<ModuleContext, 'setting'>,
): Promise<string> {
  const here = stay?.location?.find(({ status }) => status === 'active') ?? stay?.location?.at(-1);
  let place = await context.resolve(here?.location, 'Location');
  for (let depth = 0; place !== undefined && depth < DEPTH; depth += 1) {
    const zone = place.extension?.find(({ url }) => url === extensionUrl('time-zone'))?.valueCode;
    if (zone !== undefined) return zone;
    place = await context.resolve(place.partOf, 'Location');
  }
  return context.setting('time-zone');
}
