import type { UriTest } from '../tree.ts';
import { unescape } from './split-value.ts';

/** https://hl7.org/fhir/R4/search.html#uri */
export function uriTest(modifier: string, value: string): UriTest {
  return { is: 'uri', mode: modifier === 'below' || modifier === 'above' ? modifier : 'equal', value: unescape(value) };
}
