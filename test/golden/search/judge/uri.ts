import { plain } from './split.ts';
import type { Value } from './values.ts';

/** https://hl7.org/fhir/R4/search.html#uri */
export function uriMatches({ data }: Value, modifier: string, wanted: string): boolean {
  if (typeof data !== 'string') return false;
  const value = plain(wanted);
  const [unversioned = ''] = data.split('|');
  if (modifier === 'below') return data.startsWith(value);
  if (modifier === 'above') return value === unversioned || value.startsWith(data.endsWith('/') ? data : `${data}/`);
  return data === value || unversioned === value;
}
