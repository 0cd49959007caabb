import { bodyParameters } from '../fhir/operations/input.ts';
import { single } from '../fhir/query.ts';
import type { FhirRequest } from '../fhir/request.ts';
import { fault } from '../kernel/fault.ts';
import { queryPairs } from '../search/parse/query-pairs.ts';
import { REPORT_FORMATS, type ReportFormat } from './report-formats.ts';

/** Which report a request names. */
export function idOf(request: FhirRequest): string | undefined {
  const inUrl = queryPairs(request.query).find(({ name }) => name === 'report')?.value;
  if (inUrl !== undefined) return inUrl;
  const parameter = bodyParameters(request).find(({ name }) => name === 'report');
  const id = parameter?.valueCode ?? parameter?.valueId;
  return typeof id === 'string' ? id : undefined;
}

/** @throws Fault 406 for a format that reports do not have */
export function formatOf(request: FhirRequest): ReportFormat {
  const name = single(readFormat(request), '_format') ?? acceptedFormat(request.headers.accept);
  if (name !== 'ndjson' && name.endsWith('json')) return REPORT_FORMATS.json;
  if (Object.hasOwn(REPORT_FORMATS, name)) return REPORT_FORMATS[name as keyof typeof REPORT_FORMATS];
  const text = `_format of a report must be one of ${Object.keys(REPORT_FORMATS).join(', ')}.`;
  throw fault('report.badFormat', 406, 'not-supported', text, 'http._format');
}

function readFormat({ query }: FhirRequest): ReadonlyMap<string, readonly string[]> {
  const formats = queryPairs(query).filter(({ name, value }) => name === '_format' && value !== '');
  return formats.length === 0 ? new Map() : new Map([['_format', formats.map(({ value }) => value)]]);
}

function acceptedFormat(accept: readonly string[]): string {
  for (const type of accept) {
    if (type === 'text/csv') return 'csv';
    if (type === 'application/x-ndjson' || type === 'application/fhir+ndjson') return 'ndjson';
    if (type.includes('json') || type.includes('*')) return 'json';
  }
  return 'json';
}
