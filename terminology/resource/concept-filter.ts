import { fault } from '../../server/kernel/fault.ts';
import type { ConceptFilter } from '../code-system.ts';
import { reachable, type ConceptNode, type ConceptTable } from './concept-table.ts';
import { primitiveText } from './elements.ts';
import { filterRegex } from './filter-regex.ts';

type Test = (node: ConceptNode) => boolean;

const ON_CONCEPT: ReadonlySet<string> = new Set(['concept', 'code']);
const ALWAYS: readonly string[] = [
  'concept',
  'code',
  'display',
  'definition',
  'parent',
  'child',
  'status',
  'inactive',
  'notSelectable',
];
const ON_HIERARCHY = ['is-a', 'descendent-of', 'is-not-a', 'generalizes', 'child-of', 'descendent-leaf'];
const ON_VALUES = ['=', 'in', 'not-in', 'regex', 'exists'];

/**
 * The test that a filter makes. https://hl7.org/fhir/R4/valueset-filter-operator.html
 * @throws Fault `terminology.filter` (422) for a property or operator that this system does not have
 */
export function conceptFilter(table: ConceptTable, filter: ConceptFilter, url: string): Test {
  const { property, op, value } = filter;
  if (ON_CONCEPT.has(property) && ON_HIERARCHY.includes(op)) return hierarchyTest(table, op, value);
  const values = valuesOf(table, property);
  if (values === undefined)
    throw notSupported(filter, url, `properties: ${[...new Set([...ALWAYS, ...table.properties])].join(', ')}`);
  switch (op) {
    case '=':
      return (node) => values(node).includes(value);
    case 'in':
    case 'not-in': {
      const wanted = new Set(value.split(',').map((item) => item.trim()));
      const isIn = op === 'in';
      return (node) => values(node).some((item) => wanted.has(item)) === isIn;
    }
    case 'exists': {
      const mustExist = value !== 'false';
      return (node) => values(node).length > 0 === mustExist;
    }
    case 'regex': {
      const matches = filterRegex(value);
      return (node) => values(node).some(matches);
    }
    default:
      throw notSupported(
        filter,
        url,
        `operators: ${(ON_CONCEPT.has(property) ? [...ON_HIERARCHY, ...ON_VALUES] : ON_VALUES).join(', ')}`,
      );
  }
}

function hierarchyTest(table: ConceptTable, op: string, value: string): Test {
  const root = table.node(value);
  if (root === undefined) return () => op === 'is-not-a';
  switch (op) {
    case 'child-of':
      return (node) => root.children.includes(node);
    case 'generalizes': {
      const above = reachable(root, ({ parents }) => parents);
      return (node) => node === root || above.has(node);
    }
    default: {
      const below = reachable(root, ({ children }) => children);
      below.delete(root);
      if (op === 'is-a') return (node) => node === root || below.has(node);
      if (op === 'is-not-a') return (node) => node !== root && !below.has(node);
      if (op === 'descendent-of') return (node) => below.has(node);
      return (node) => below.has(node) && node.children.length === 0;
    }
  }
}

function valuesOf(table: ConceptTable, property: string): ((node: ConceptNode) => readonly string[]) | undefined {
  const own = (node: ConceptNode): readonly string[] =>
    node.concept.properties.flatMap(({ code, value }) => {
      if (code !== property) return [];
      const text = primitiveText(value) ?? codeOf(value);
      return text === undefined ? [] : [text];
    });
  if (ON_CONCEPT.has(property)) return (node) => [node.concept.code];
  if (property === 'display') {
    return ({ concept }) => [
      ...(concept.display === undefined ? [] : [concept.display]),
      ...concept.designations.map(({ value }) => value),
    ];
  }
  if (property === 'definition') return ({ concept }) => (concept.definition === undefined ? [] : [concept.definition]);
  if (property === 'parent') return ({ parents }) => parents.map(({ concept }) => concept.code);
  if (property === 'child') return ({ children }) => children.map(({ concept }) => concept.code);
  if (table.properties.has(property)) return own;
  if (property === 'inactive') return ({ concept }) => [String(concept.isInactive)];
  if (property === 'status') return ({ concept }) => [concept.status ?? 'active'];
  if (property === 'notSelectable') return ({ concept }) => [String(concept.isAbstract)];
  return undefined;
}

function codeOf(value: unknown): string | undefined {
  const code = typeof value === 'object' && value !== null && 'code' in value ? value.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function notSupported({ property, op, value }: ConceptFilter, url: string, supported: string) {
  return fault(
    'terminology.filter',
    422,
    'not-supported',
    `The filter '${property} ${op} ${value}' was not understood in the context of ${url}. Supported ${supported}`,
  );
}
