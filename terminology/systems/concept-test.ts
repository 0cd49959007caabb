import { fault } from '../../server/kernel/fault.ts';
import type { Concept, ConceptFilter } from '../code-system.ts';
import { filterRegex } from '../resource/filter-regex.ts';

interface Filtered {
  readonly url: string;
  /** Codes of the properties that concepts have. */
  readonly properties: ReadonlySet<string>;
  readonly equals: Readonly<Record<string, (code: string, value: string) => boolean>>;
  keyOf(code: string): string;
}

const OPERATORS = ['=', 'in', 'not-in', 'regex', 'exists'];
/** Without a hierarchy a concept is below and above itself only. */
const HIERARCHY = ['is-a', 'is-not-a', 'descendent-of', 'generalizes', 'child-of', 'descendent-leaf'];

/**
 * Whether a concept is what the filter selects. https://hl7.org/fhir/R4/valueset-filter-operator.html
 * @throws Fault `terminology.filter` 422 for a property or operator that the system does not have
 */
export function conceptTest(system: Filtered, { property, op, value }: ConceptFilter): (concept: Concept) => boolean {
  const { equals, keyOf } = system;
  const isCode = property === 'code' || property === 'concept';
  if (isCode && HIERARCHY.includes(op)) {
    const key = keyOf(value);
    if (op === 'is-not-a') return (concept) => keyOf(concept.code) !== key;
    return op === 'is-a' || op === 'generalizes' ? (concept) => keyOf(concept.code) === key : () => false;
  }
  const computed = Object.hasOwn(equals, property) ? equals[property] : undefined;
  if (computed !== undefined) {
    if (op !== '=') throw unsupported(system, property, op);
    return (concept) => computed(concept.code, value);
  }
  if (!isCode && property !== 'display' && !system.properties.has(property)) throw unsupported(system, property, op);
  const texts = (concept: Concept): readonly string[] =>
    isCode ? [keyOf(concept.code)] : property === 'display' ? displays(concept) : propertyTexts(concept, property);
  switch (op) {
    case '=': {
      const wanted = isCode ? keyOf(value) : value;
      return (concept) => texts(concept).includes(wanted);
    }
    case 'in':
    case 'not-in': {
      const wanted = new Set(value.split(',').map((item) => (isCode ? keyOf(item.trim()) : item.trim())));
      return (concept) => texts(concept).some((text) => wanted.has(text)) === (op === 'in');
    }
    case 'regex': {
      const matches = filterRegex(value);
      return (concept) => (isCode ? [concept.code] : texts(concept)).some(matches);
    }
    case 'exists':
      return (concept) => texts(concept).length > 0 === (value === 'true');
    default:
      throw unsupported(system, property, op);
  }
}

function displays({ display, designations }: Concept): readonly string[] {
  return [...(display === undefined ? [] : [display]), ...designations.map((designation) => designation.value)];
}

function propertyTexts({ properties }: Concept, code: string): readonly string[] {
  return properties.filter((property) => property.code === code).map((property) => String(property.value));
}

function unsupported({ url, properties }: Filtered, property: string, op: string): Error {
  const known = ['code', 'display', ...properties].join(', ');
  return fault(
    'terminology.filter',
    422,
    'not-supported',
    `${url} has no filter "${property.slice(0, 64)} ${op.slice(0, 32)} …"; it takes ${OPERATORS.join(', ')} on ${known}, ` +
      'and is-a on concept.',
  );
}
