import { fault } from '../kernel/fault.ts';
import { fhirValues } from './scalars.ts';

/** Parameters whose values are lists or expressions by themselves. */
const AS_THEY_ARE: ReadonlySet<string> = new Set(['_filter', '_sort']);

/**
 * Arguments of a field as a query string: several values of one mean any of them, and commas in them are no separators.
 * https://hl7.org/fhir/R4/graphql.html#searching
 * @param codes code of the search parameter by argument
 */
export function searchQuery(args: Readonly<Record<string, unknown>>, codes: ReadonlyMap<string, string>): string {
  const pairs: string[] = [];
  for (const [name, argument] of Object.entries(args)) {
    const code = codes.get(name);
    if (code === undefined || argument === undefined || argument === null) continue;
    const values = fhirValues(argument);
    if (values.length === 0) throw fault('graphql.noValue', 400, 'value', `The argument ${name} needs a value.`);
    const texts = AS_THEY_ARE.has(code) ? values : values.map((value) => value.replace(/[\\,]/g, '\\$&'));
    pairs.push(`${encodeURIComponent(code)}=${encodeURIComponent(texts.join(','))}`);
  }
  return pairs.join('&');
}
