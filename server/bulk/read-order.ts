import type { Ctx, Engine } from '../fhir/engine.ts';
import type { OperationCall } from '../fhir/operations/operation.ts';
import { single, timeOf, type Query } from '../fhir/query.ts';
import { allowedIn } from '../fhir/search/allowed-rows.ts';
import { shapeOf } from '../fhir/shape/shape-of.ts';
import { fault } from '../kernel/fault.ts';
import { ASSOCIATED, type Associated, type ExportOrder, type OutputFormat } from './order.ts';
import { readInput } from './read-input.ts';
import { assertAsync } from './start-work.ts';
import { readTypeFilters, splitTypeFilters, typeOfFilter } from './type-filters.ts';

const SUPPORTED = ['_outputFormat', '_since', '_type', '_typeFilter', '_elements', 'includeAssociatedData'];

const OUTPUT_FORMATS: ReadonlyMap<string, OutputFormat> = new Map([
  ['application/fhir+ndjson', 'ndjson'],
  ['application/ndjson', 'ndjson'],
  ['ndjson', 'ndjson'],
  ['application/vnd.apache.parquet', 'parquet'],
]);

/**
 * What a kick-off asks for. https://hl7.org/fhir/uv/bulkdata/STU2/export.html#query-parameters
 * @throws Fault 400 for what is malformed or not supported, 403 for types that the caller may not export
 */
export async function readOrder(engine: Engine, ctx: Ctx, { request, type, id }: OperationCall): Promise<ExportOrder> {
  const level = type === undefined ? 'system' : type === 'Group' ? 'group' : 'patient';
  assertAsync(request);
  const input = readInput(
    request,
    SUPPORTED,
    level === 'group' || (type !== undefined && id === undefined) ? ['patient'] : [],
  );
  const typeFilters = splitTypeFilters(input.get('_typeFilter') ?? []);
  const types = typesOf(engine, ctx, input);
  for (const filter of typeFilters) {
    if (input.has('_type') && !types.includes(typeOfFilter(filter))) {
      throw bad('_typeFilter', `${typeOfFilter(filter).slice(0, 64)} is not among the types of _type`);
    }
  }
  await readTypeFilters(engine, ctx, typeFilters);
  const elements = input.get('_elements') ?? [];
  shapeOf({ elements }, engine.definitions);
  return {
    level,
    group: level === 'group' ? id : undefined,
    types,
    since: timeOf(input, '_since')?.low,
    typeFilters,
    elements,
    patients: level === 'group' || id === undefined ? patientsOf(input) : [`Patient/${id}`],
    associated: associatedOf(input),
    format: formatOf(input),
  };
}

/** Those that were asked for must be allowed; otherwise all that are. */
function typesOf(engine: Engine, { access }: Ctx, input: Query): readonly string[] {
  const { definitions, typeServers } = engine;
  const asked = (input.get('_type') ?? []).flatMap((value) => value.split(',')).filter((type) => type !== '');
  for (const type of asked) {
    if (!definitions.isResourceType(type)) {
      throw bad(
        '_type',
        `"${type.slice(0, 64)}" is no resource type of FHIR R4; give names such as Patient,Observation`,
      );
    }
    if (typeServers.has(type)) throw bad('_type', `${type} resources cannot be exported; search for them`);
  }
  const isAllowed = (type: string): boolean => allowedIn(access, type, ['read', 'search']) !== 'none';
  const refused = asked.filter((type) => !isAllowed(type));
  const all = definitions.resourceTypes.filter((type) => !typeServers.has(type) && isAllowed(type));
  if (refused.length > 0 || all.length === 0) {
    const text =
      refused.length === 0 ? 'You may export no resources.' : `You may not export ${[...new Set(refused)].join(', ')}.`;
    throw fault('bulk.typeRefused', 403, 'forbidden', text, 'http._type');
  }
  return asked.length === 0 ? all : [...new Set(asked)];
}

function patientsOf(input: Query): readonly string[] | undefined {
  const patients = input.get('patient');
  for (const reference of patients ?? []) {
    if (!/^Patient\/[A-Za-z0-9.-]{1,64}$/.test(reference)) {
      throw bad('patient', `"${reference.slice(0, 100)}" is no reference such as Patient/1`);
    }
  }
  return patients === undefined ? undefined : [...new Set(patients)];
}

function associatedOf(input: Query): Associated | undefined {
  const asked = (input.get('includeAssociatedData') ?? []).flatMap((value) => value.split(','));
  const known = asked.map((one) => ASSOCIATED.find((candidate) => candidate === one));
  if (known.includes(undefined)) throw bad('includeAssociatedData', `It takes ${ASSOCIATED.join(' or ')}`);
  return known.includes('RelevantProvenanceResources') ? 'RelevantProvenanceResources' : known[0];
}

function formatOf(input: Query): OutputFormat {
  // An unescaped + arrives as a space.
  const asked = (single(input, '_outputFormat') ?? 'ndjson').replace(' ', '+');
  const format = OUTPUT_FORMATS.get(asked);
  if (format !== undefined) return format;
  throw bad('_outputFormat', `It takes ${[...OUTPUT_FORMATS.keys()].join(', ')}`);
}

function bad(name: string, text: string): Error {
  return fault('bulk.badParameter', 400, 'value', `${name}: ${text}.`, `http.${name}`);
}
