import { field } from './json.ts';
import type { Value } from './values.ts';

const EARTH_RADIUS_KM = 6371;
const KM_PER: Readonly<Record<string, number>> = { km: 1, m: 0.001, '[mi_i]': 1.609344 };

/** Great-circle distance. https://hl7.org/fhir/R4/location.html#positional */
export function nearMatches({ data }: Value, wanted: string): boolean {
  const [latitude = '', longitude = '', distance = '', unit = 'km'] = wanted.split('|');
  const from = [Number(latitude), Number(longitude)].map(radians);
  const to = [Number(field(data, 'latitude')), Number(field(data, 'longitude'))].map(radians);
  const [lat1 = 0, lon1 = 0] = from;
  const [lat2 = 0, lon2 = 0] = to;
  const cosine = Math.sin(lat1) * Math.sin(lat2) + Math.cos(lat1) * Math.cos(lat2) * Math.cos(lon1 - lon2);
  return Math.acos(Math.min(1, cosine)) * EARTH_RADIUS_KM <= Number(distance) * (KM_PER[unit] ?? NaN);
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
