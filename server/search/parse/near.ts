import { canonicalQuantity, UCUM } from '../index/quantity.ts';
import type { NearTest } from '../tree.ts';
import { isNumber } from './number.ts';
import { badValue } from './search-faults.ts';
import { splitAt, unescape } from './split-value.ts';

/** The server's choice where the distance is left out: a town and its surroundings. */
const DEFAULT_DISTANCE = '25';
const EARTH_HALF_ROUND = 20_037_508;

/** `latitude|longitude|distance|units`; without units kilometres. https://hl7.org/fhir/R4/location.html#positional */
export function nearTest(label: string, value: string): NearTest {
  const [latitude = '', longitude = '', distance = '', units = '', ...rest] = splitAt(value, '|').map(unescape);
  const metres = metresOf(distance === '' ? DEFAULT_DISTANCE : distance, units === '' ? 'km' : units);
  if (!isWithin(latitude, 90) || !isWithin(longitude, 180) || metres === undefined || rest.length > 0) {
    throw badValue(
      label,
      value,
      'Give latitude|longitude|distance|units in degrees (-90 to 90, -180 to 180) and a UCUM unit of length ' +
        'such as km, m or [mi_i], for example -33.87|151.21|10|km.',
    );
  }
  return { is: 'near', latitude: Number(latitude), longitude: Number(longitude), metres };
}

function isWithin(text: string, limit: number): boolean {
  return isNumber(text) && Math.abs(Number(text)) <= limit;
}

function metresOf(distance: string, units: string): number | undefined {
  if (!isNumber(distance)) return undefined;
  const canonical = canonicalQuantity(distance, UCUM, units);
  if (canonical?.unit !== 'm' || Number(canonical.value) < 0) return undefined;
  return Math.min(Number(canonical.value), EARTH_HALF_ROUND);
}
