import type { Definitions } from '../definitions/definitions.ts';
import { Fault } from '../kernel/fault.ts';
import { parseSearch } from '../search/parse/parse-search.ts';
import { queryPairs } from '../search/parse/query-pairs.ts';
import type { SearchRegistry } from '../search/registry-types.ts';
import type { Filter, ParamFilter, ValueTest } from '../search/tree.ts';

/** What stands for something of the principal in criteria and compartments; each is a list of references. */
export const VARIABLES = ['user', 'patient', 'roles', 'orgs', 'careteam'] as const;
export type Variable = (typeof VARIABLES)[number];

/** `Practitioner/1`, `Organization/2`, …; a variable that is absent or empty is not known. */
export type Variables = ReadonlyMap<Variable, readonly string[]>;

/** Criteria that were read; their variables are still to be put in. */
export interface Criteria {
  readonly filters: readonly Filter[];
  readonly variables: readonly Variable[];
}

export interface CriteriaContext {
  readonly definitions: Definitions;
  readonly registry: SearchRegistry;
}

const VARIABLE = new RegExp(`%(${VARIABLES.join('|')})\\b`, 'g');
/** A variable while criteria are read: an absolute reference that no resource has. */
const PLACEHOLDER = 'urn:athanor:variable:';
const MAX_VALUES = 200;

/**
 * Reads what a grant or a granular scope asks of a resource: FHIR search, cut to what is decided by the resource alone and
 * exactly: tokens (also `:not`, `:in`, `:below`), references, dates, strings with `:exact`, `:missing`, and conditions of
 * those in `_filter`. Variables (`patient=%patient`) stand for whole values of references.
 * @throws Fault 400 that says what cannot be used
 */
export function readCriteria({ definitions, registry }: CriteriaContext, type: string, text: string): Criteria {
  const variables = new Set<Variable>();
  const query = text.replace(VARIABLE, (_, name: Variable) => {
    variables.add(name);
    return PLACEHOLDER + name;
  });
  const tree = parseSearch({
    resourceType: type,
    query,
    lenient: false,
    registry,
    definitions,
    baseUrl: '',
    defaultCount: 1,
    maxCount: 1,
    maxValues: MAX_VALUES,
  });
  const pairs = queryPairs(query);
  // Control parameters are no conditions, and a condition without a value is none: both would widen what is meant.
  if (pairs.length === 0 || tree.filters.length !== pairs.length)
    throw unusable(text, 'every parameter must be a condition');
  for (const filter of tree.filters) assertDecidable(text, filter);
  const used = tree.filters.reduce((sum, filter) => sum + placeholders(filter), 0);
  if (used !== query.split(PLACEHOLDER).length - 1) {
    throw unusable(text, 'a variable must be a whole value of a reference parameter');
  }
  return { filters: tree.filters, variables: [...variables] };
}

/** The criteria of one principal; undefined when a variable is not known, or is nothing that the parameter can refer to. */
export function bindCriteria({ filters, variables }: Criteria, values: Variables): readonly Filter[] | undefined {
  if (variables.length === 0) return filters;
  const bound = filters.map((filter) => bind(filter, values));
  return bound.every((filter) => filter !== undefined) ? bound : undefined;
}

function bind(filter: Filter, values: Variables): Filter | undefined {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const filters = filter.filters.map((part) => bind(part, values));
      return filters.every((part) => part !== undefined) ? { kind: filter.kind, filters } : undefined;
    }
    case 'not': {
      const inner = bind(filter.filter, values);
      return inner && { kind: 'not', filter: inner };
    }
    case 'param':
      return bindParam(filter, values);
    default:
      return filter;
  }
}

function bindParam(filter: ParamFilter, values: Variables): ParamFilter | undefined {
  const { param } = filter;
  const tests: ValueTest[] = [];
  for (const test of filter.tests) {
    const name = placeholderOf(test);
    if (name === undefined || test.is !== 'reference') {
      tests.push(test);
      continue;
    }
    const targets = (values.get(name) ?? []).filter((ref) => param.targets.includes(ref.slice(0, ref.indexOf('/'))));
    if (targets.length === 0) return undefined;
    tests.push({ is: 'reference', targets });
  }
  return { ...filter, tests };
}

function placeholderOf(test: ValueTest): Variable | undefined {
  if (test.is !== 'reference') return undefined;
  const [target = ''] = test.targets;
  return VARIABLES.find((name) => target === PLACEHOLDER + name);
}

function placeholders(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.reduce((sum, part) => sum + placeholders(part), 0);
    case 'not':
      return placeholders(filter.filter);
    case 'param':
      return filter.tests.filter((test) => placeholderOf(test) !== undefined).length;
    default:
      return 0;
  }
}

function assertDecidable(text: string, filter: Filter): void {
  switch (filter.kind) {
    case 'and':
    case 'or':
      for (const part of filter.filters) assertDecidable(text, part);
      return;
    case 'not':
      assertDecidable(text, filter.filter);
      return;
    case 'missing':
      return;
    case 'param':
      if (filter.tests.length > 0 && filter.tests.every(isDecidable)) return;
      throw unusable(text, `${filter.param.code} is compared in a way that grants cannot decide`);
    default:
      throw unusable(text, 'it asks about more than the resource itself');
  }
}

function isDecidable(test: ValueTest): boolean {
  switch (test.is) {
    case 'token':
      return true;
    case 'reference':
      return test.hierarchy === undefined;
    case 'date':
      // What is near depends on the moment.
      return test.prefix !== 'ap';
    case 'string':
      return test.mode === 'exact';
    default:
      return false;
  }
}

function unusable(text: string, reason: string): Fault {
  const shape = 'tokens, references, dates, strings with :exact, :not, :missing';
  const message = `"${text.slice(0, 200)}" cannot limit access: ${reason}. Usable are ${shape}.`;
  return new Fault('access.badCriteria', 400, [{ severity: 'error', code: 'invalid', text: message }]);
}
