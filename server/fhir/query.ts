import { fault } from '../kernel/fault.ts';
import { dateRange, type DateRange } from '../search/index/date-range.ts';
import { queryPairs } from '../search/parse/query-pairs.ts';
import type { Engine } from './engine.ts';
import type { FhirRequest } from './request.ts';
import { shapeOf, type Shape } from './shape/shape-of.ts';

/** Decoded parameters of a request that is no search; those without a value are left out. */
export type Query = ReadonlyMap<string, readonly string[]>;

/** Handled by http for every interaction; links of Bundles carry them on. */
const EVERYWHERE: readonly string[] = ['_format', '_pretty'];

/**
 * The parameters of a request, of which only `supported` ones may be there.
 * @throws Fault 400 for another one (with `Prefer: handling=lenient` it is passed over) and for broken escapes
 */
export function readQuery(request: FhirRequest, supported: readonly string[]): Query {
  const found = new Map<string, string[]>();
  for (const { name, value } of queryPairs(request.query)) {
    if (value === '') continue;
    if (!supported.includes(name) && !EVERYWHERE.includes(name)) {
      if (request.headers.prefer.handling === 'lenient') continue;
      throw unsupported(name, supported);
    }
    const values = found.get(name);
    if (values === undefined) found.set(name, [value]);
    else values.push(value);
  }
  return found;
}

/**
 * The value of a parameter that may come once.
 * @throws Fault 400 when it comes more often
 */
export function single(query: Query, name: string): string | undefined {
  const values = query.get(name);
  if (values === undefined || values.length === 1) return values?.[0];
  throw fault('rest.repeatedParameter', 400, 'value', `The parameter ${name} may be given once.`, `http.${name}`);
}

/**
 * The span of time that a date or time parameter stands for.
 * @throws Fault 400 when it is none
 */
export function timeOf(query: Query, name: string): DateRange | undefined {
  const text = single(query, name);
  if (text === undefined) return undefined;
  const range = dateRange(text);
  if (range !== undefined) return range;
  throw fault(
    'rest.badTime',
    400,
    'value',
    `${name} must be a date or time such as 2024-05-01 or 2024-05-01T10:00:00Z (in URLs + is %2B), not "${text.slice(0, 40)}".`,
    `http.${name}`,
  );
}

/** What {@link readShape} reads. */
export const SHAPE_PARAMETERS: readonly string[] = ['_summary', '_elements'];

/** The part of resources that `_summary` and `_elements` ask for. */
export function readShape({ definitions }: Engine, query: Query, type: string | undefined): Shape | undefined {
  return shapeOf({ summary: single(query, '_summary'), elements: query.get('_elements') ?? [] }, definitions, type);
}

/** Path and query for links, encoded again, without `_cursor`. */
export function linkPath(request: FhirRequest, query: Query): string {
  const pairs: string[] = [];
  for (const [name, values] of query) {
    if (name === '_cursor') continue;
    for (const value of values) pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  }
  return `${request.path.join('/')}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
}

function unsupported(name: string, supported: readonly string[]): Error {
  const known = [...supported, ...EVERYWHERE].join(', ');
  return fault(
    'rest.unknownParameter',
    400,
    'not-supported',
    `The parameter "${name.slice(0, 64)}" is not supported here; ${known} are.`,
    `http.${name.slice(0, 64)}`,
  );
}
