import { Fault, type Issue } from '../../kernel/fault.ts';
import { createReferenceReader } from '../index/reference-target.ts';
import type { Filter, SearchTree } from '../tree.ts';
import { COMMON_CODES, isCommon } from './common-filter.ts';
import { checkContained } from './contained.ts';
import { CONTROL_CODES, readControl, type Controls } from './controls.ts';
import { criterion } from './criterion.ts';
import { queryPairs, type QueryPair } from './query-pairs.ts';
import { badParameter, badValue, codesOf, unknownParameter } from './search-faults.ts';
import type { Scope, SearchInput } from './search-input.ts';

/**
 * Reads a search URL. https://hl7.org/fhir/R4/search.html
 * Parameters without a value are left out, as the specification asks, and `warnings` names them.
 * @throws Fault 400 for what is unknown or malformed (in lenient searches a warning), 409 for a parameter that is being
 * indexed
 */
export function parseSearch(input: SearchInput): SearchTree {
  const { registry, definitions, maxValues, lenient } = input;
  const pairs = queryPairs(input.query);
  const types = typesOf(input, pairs);
  const readReference = createReferenceReader((name) => definitions.isResourceType(name), [input.baseUrl]);
  const { codeSets } = input;
  const scope: Scope = { registry, definitions, readReference, maxValues, codeSets, links: 0, cost: 0 };
  const controls: Controls = {};
  const isSystem = input.resourceType === undefined;
  const read = { scope, types, isSystem, controls, maxCount: input.maxCount };
  const filters: Filter[] = [];
  const warnings: Issue[] = [];
  const self: string[] = [];
  for (const { name, value, raw } of pairs) {
    if (isBlank(value)) {
      warnings.push(...warningsOf(badParameter(name, 'it has no value and is left out.', 'value')));
      continue;
    }
    try {
      if (!readControl(read, name, value)) filters.push(filterOf(scope, types, name, value));
    } catch (error) {
      if (!lenient || !(error instanceof Fault) || error.status !== 400) throw error;
      warnings.push(...warningsOf(error));
      continue;
    }
    if (name === '_count') self.push(`_count=${controls.count}`);
    else if (name !== '_cursor') self.push(raw);
  }
  const tree = { ...answerOf(input, controls), types, filters, self: self.join('&'), warnings };
  checkContained(tree);
  return tree;
}

function answerOf(
  { defaultCount, maxCount }: SearchInput,
  controls: Controls,
): Omit<SearchTree, 'types' | 'filters' | 'self' | 'warnings'> {
  const { summary = 'false' } = controls;
  const count = summary === 'count' ? 0 : (controls.count ?? Math.min(defaultCount, maxCount));
  return {
    sort: controls.sort ?? [],
    count,
    total: controls.total ?? (count === 0 ? 'accurate' : 'none'),
    includes: controls.includes ?? [],
    summary,
    elements: controls.elements ?? [],
    contained: controls.contained ?? 'false',
    containedType: controls.containedType ?? 'container',
    cursor: controls.cursor,
    explain: controls.explain ?? false,
  };
}

function typesOf({ resourceType, definitions }: SearchInput, pairs: readonly QueryPair[]): readonly string[] {
  const named = resourceType === undefined ? pairs.filter((pair) => pair.name === '_type') : [];
  const types =
    resourceType === undefined
      ? named.flatMap((pair) => pair.value.split(',')).filter((type) => type !== '')
      : [resourceType];
  for (const type of types) {
    if (!definitions.isResourceType(type)) {
      throw badValue('_type', type, 'It is not a resource type of FHIR R4; give names such as Patient,Observation.');
    }
  }
  return types.length === 0 ? definitions.resourceTypes : [...new Set(types)];
}

function filterOf(scope: Scope, types: readonly string[], name: string, value: string): Filter {
  const [first = ''] = types;
  const colon = name.indexOf(':');
  if (types.length === 1 || isCommon(colon === -1 ? name : name.slice(0, colon))) {
    return typeFilter(scope, first, name, value);
  }
  return { kind: 'type', branches: types.map((type) => ({ type, filter: typeFilter(scope, type, name, value) })) };
}

function typeFilter(scope: Scope, type: string, name: string, value: string): Filter {
  const filter = criterion(scope, type, name, name, value);
  if (filter !== undefined) return filter;
  if (name.startsWith('_has:')) throw badParameter(name, `that reference never points to ${type}.`, 'value');
  const code = name.split(/[.:]/, 1)[0] ?? '';
  const param = scope.registry.param(type, code);
  if (param !== undefined && param.type !== 'reference') {
    throw badParameter(name, `${code} of ${type} is a ${param.type} parameter; only references can be chained.`);
  }
  if (param !== undefined) {
    const rest = name.slice(name.indexOf('.') + 1);
    throw badParameter(name, `none of the types that ${code} points to (${param.targets.join(', ')}) has ${rest}.`);
  }
  const known = [...codesOf(scope.registry, type), ...COMMON_CODES, ...CONTROL_CODES, '_has', '_filter'];
  throw unknownParameter(name, code, type, known);
}

/** `name=` and `name=,`; https://hl7.org/fhir/R4/search.html: a parameter without a value is ignored. */
function isBlank(value: string): boolean {
  return value === '' || /^,+$/.test(value);
}

function warningsOf({ issues }: Fault): Issue[] {
  return issues.map((issue) => ({ ...issue, severity: 'warning' }));
}
