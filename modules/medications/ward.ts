import type { ClinicReader, ModuleContext, Stored } from '#sdk';
import { CANONICAL } from './order.ts';
import { isZone, minutesOf } from './timing/local-time.ts';
import { readWardTimes, type WardTimes } from './timing/ward-times.ts';

const TIME_ZONE = `${CANONICAL}/StructureDefinition/time-zone`;
const WARD_TIME = `${CANONICAL}/StructureDefinition/ward-time`;

/** How many Locations are above another one at most: beds in rooms in wards in houses. */
const MAX_LEVELS = 10;

/** The clocks of a ward, and when it gives doses. */
export interface Ward {
  readonly zone: string;
  readonly times: WardTimes;
}

type Reader = ClinicReader & Pick<ModuleContext, 'setting'>;

/** Where the patient of a stay lies: the time zone of the place, and when it gives doses; else as the clinic has set. */
export async function wardOf(encounter: Stored<'Encounter'> | undefined, context: Reader): Promise<Ward> {
  const here = encounter?.location?.find(({ status }) => status === 'active' || status === undefined);
  let place = await context.resolve(here?.location, 'Location');
  let zone: string | undefined;
  const own = new Map<string, readonly number[]>();
  for (let level = 0; place !== undefined && level < MAX_LEVELS; level += 1) {
    const named = place.extension?.find(({ url }) => url === TIME_ZONE)?.valueCode;
    if (named !== undefined && isZone(named)) zone ??= named;
    for (const [event, minutes] of timesIn(place)) if (!own.has(event)) own.set(event, minutes);
    place = await context.resolve(place.partOf, 'Location');
  }
  const times = new Map([...readWardTimes(context.setting('ward-times')), ...own]);
  return { zone: zone ?? context.setting('time-zone'), times };
}

function timesIn({ extension = [] }: Stored<'Location'>): WardTimes {
  const times = new Map<string, readonly number[]>();
  for (const { extension: parts = [], url } of extension) {
    if (url !== WARD_TIME) continue;
    const event = parts.find((part) => part.url === 'event')?.valueCode;
    const minutes = minutesOf(parts.find((part) => part.url === 'time')?.valueTime ?? '');
    if (event !== undefined && minutes !== undefined) times.set(event, [...(times.get(event) ?? []), minutes]);
  }
  return times;
}

/** The clocks and times of the ward that an order is for. */
export async function wardOfOrder(
  order: { readonly encounter?: { readonly reference?: string } },
  context: Reader,
): Promise<Ward> {
  return wardOf(await context.resolve(order.encounter, 'Encounter'), context);
}
