import type { SearchTree } from '../tree.ts';
import { elementsOf } from './elements.ts';
import { includesOf } from './include.ts';
import { isTrue } from './param-filter.ts';
import { badModifier, badParameter, badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';
import { sortKeys } from './sort.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What the control parameters say so far; absent = not given. */
export type Controls = Partial<Mutable<Omit<SearchTree, 'types' | 'filters' | 'self' | 'warnings'>>>;

interface Read {
  readonly scope: Scope;
  readonly types: readonly string[];
  readonly controls: Controls;
  readonly isSystem: boolean;
  readonly maxCount: number;
}

const TOTALS = ['none', 'estimate', 'accurate'] as const;
const SUMMARIES = ['true', 'text', 'data', 'count', 'false'] as const;
const CONTAINED = ['false', 'true', 'both'] as const;
const CONTAINED_TYPES = ['container', 'contained'] as const;

const MAX_COUNT_DIGITS = 15;

/** Parameters that say how to answer, not what to find. https://hl7.org/fhir/R4/search.html#return */
const READERS: Readonly<Record<string, (read: Read, label: string, value: string, modifier: string) => void>> = {
  _count({ controls, maxCount }, label, value) {
    once(controls.count, label);
    controls.count = Math.min(countOf(label, value), maxCount);
  },
  _total({ controls }, label, value) {
    once(controls.total, label);
    controls.total = oneOf(TOTALS, label, value);
  },
  _summary({ controls }, label, value) {
    once(controls.summary, label);
    controls.summary = oneOf(SUMMARIES, label, value);
  },
  _contained({ controls }, label, value) {
    once(controls.contained, label);
    controls.contained = oneOf(CONTAINED, label, value);
  },
  _containedType({ controls }, label, value) {
    once(controls.containedType, label);
    controls.containedType = oneOf(CONTAINED_TYPES, label, value);
  },
  _cursor({ controls }, label, value) {
    once(controls.cursor, label);
    controls.cursor = value;
  },
  _explain({ controls }, label, value) {
    once(controls.explain, label);
    controls.explain = isTrue(label, value);
  },
  _sort({ scope, types, controls }, label, value) {
    controls.sort = [...(controls.sort ?? []), ...sortKeys(scope, types, label, value)];
  },
  _elements({ scope, types, controls }, label, value) {
    controls.elements = [...(controls.elements ?? []), ...elementsOf(scope, types, label, value)];
  },
  _include({ scope, types, controls }, label, value, modifier) {
    controls.includes = [...(controls.includes ?? []), ...includesOf(scope, types, label, 'include', modifier, value)];
  },
  _revinclude({ scope, types, controls }, label, value, modifier) {
    controls.includes = [
      ...(controls.includes ?? []),
      ...includesOf(scope, types, label, 'revinclude', modifier, value),
    ];
  },
  // Read before the search, by whatever answers the request.
  _format: () => undefined,
  _pretty: () => undefined,
  _type: ({ isSystem }, label) => {
    if (!isSystem) throw badParameter(label, 'it belongs to searches on the system, as in [base]?_type=Patient.');
  },
};

export const CONTROL_CODES = Object.keys(READERS);

/** Whether `name` was a control parameter; what it says is in `read.controls` then. */
export function readControl(read: Read, name: string, value: string): boolean {
  const colon = name.indexOf(':');
  const code = colon === -1 ? name : name.slice(0, colon);
  const reader = Object.hasOwn(READERS, code) ? READERS[code] : undefined;
  if (reader === undefined) return false;
  const modifier = colon === -1 ? '' : name.slice(colon + 1);
  if (modifier !== '' && !code.endsWith('include')) throw badModifier(name, modifier, []);
  reader(read, code, value, modifier);
  return true;
}

function once(known: unknown, label: string): void {
  if (known !== undefined) throw badParameter(label, 'it was given more than once.', 'value');
}

function oneOf<T extends string>(values: readonly T[], label: string, value: string): T {
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw badValue(label, value, `Give one of ${values.join(', ')}.`);
  return found;
}

function countOf(label: string, value: string): number {
  if (!/^\d+$/.test(value) || value.length > MAX_COUNT_DIGITS) {
    throw badValue(label, value, 'Give a number of resources per page, for example 50; 0 asks for the total alone.');
  }
  return Number(value);
}
