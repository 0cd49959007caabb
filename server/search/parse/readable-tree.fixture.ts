import { loadDefinitions } from '../../definitions/load.ts';
import { Fault } from '../../kernel/fault.ts';
import { assignSlots, createRegistry } from '../registry.ts';
import type { Filter, SearchTree, ValueTest } from '../tree.ts';
import { parseSearch } from './parse-search.ts';

const definitions = loadDefinitions();
const registry = createRegistry(definitions, assignSlots(definitions, []).all);

export const BASE = 'http://localhost:8080/fhir/R4';

/** Parses `Patient?name=x`; without a type (`?_type=Patient`) on the system. */
export function parse(url: string, lenient = false): SearchTree {
  const mark = url.indexOf('?');
  return parseSearch({
    resourceType: mark === 0 ? undefined : url.slice(0, mark),
    query: url.slice(mark + 1),
    lenient,
    registry,
    definitions,
    baseUrl: BASE,
    defaultCount: 20,
    maxCount: 1000,
    maxValues: 1000,
  });
}

/** The text of the fault that parsing ends in. */
export function refusal(url: string): string {
  try {
    parse(url);
  } catch (error) {
    if (error instanceof Fault) return `${error.status} ${error.issues[0]?.code}: ${error.issues[0]?.text}`;
    throw error;
  }
  return 'accepted';
}

/** The filters of a search as one short text. */
export function filters(url: string): string {
  return parse(url).filters.map(readable).join(' AND ');
}

export function readable(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return `(${filter.filters.map(readable).join(` ${filter.kind} `)})`;
    case 'not':
      return `not ${readable(filter.filter)}`;
    case 'param':
      return `${filter.param.code}${filter.negated ? ' not' : ''} [${filter.tests.map(readableTest).join(', ')}]`;
    case 'missing':
      return `${filter.param.code} ${filter.isMissing ? 'missing' : 'present'}`;
    case 'chain':
      return `${filter.param.code} -> {${filter.branches.map((b) => `${b.type}: ${readable(b.filter)}`).join('; ')}}`;
    case 'has':
      return `has ${filter.param.resourceType}.${filter.param.code} {${readable(filter.filter)}}`;
    case 'type':
      return `type {${filter.branches.map((b) => `${b.type}: ${readable(b.filter)}`).join('; ')}}`;
    case 'id':
    case 'list':
      return `${filter.kind} ${filter.ids.join(', ')}`;
    case 'updated':
      return `updated [${filter.tests.map(readableTest).join(', ')}]`;
    case 'narrative':
    case 'content':
      return `${filter.kind} ${filter.values.join(', ')}`;
    case 'no-context':
      return 'no context';
    case 'compartment':
      return `compartment ${filter.ids.map((id) => `${filter.compartment}/${id}`).join(', ')}`;
  }
}

function readableTest(test: ValueTest): string {
  switch (test.is) {
    case 'token':
      return test.system === undefined ? String(test.code) : `${test.system}|${test.code ?? '*'}`;
    case 'of-type':
      return `of-type ${test.system ?? ''}|${test.code}|${test.value}`;
    case 'text':
      return `text ${test.text}`;
    case 'reference':
      return `${test.hierarchy ?? ''}${test.identifier ? `identifier ${readableTest(test.identifier)}` : test.targets.join(' or ')}`;
    case 'date':
      return `${test.prefix} ${new Date(test.low).toISOString()}..${new Date(test.high).toISOString()}`;
    case 'number':
      return `${test.prefix} ${test.value}`;
    case 'quantity':
      return `${test.prefix} ${test.value} ${test.system ?? ''}|${test.code ?? ''}`;
    case 'string':
      return `${test.mode} ${test.value}`;
    case 'uri':
      return `${test.mode} ${test.value}`;
    case 'near':
      return `near ${test.latitude} ${test.longitude} ${test.metres} m`;
    case 'composite':
      return test.parts.map(readableTest).join(' $ ');
  }
}
