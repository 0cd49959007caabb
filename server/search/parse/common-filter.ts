import { isFhirId } from '../../kernel/id.ts';
import type { Filter } from '../tree.ts';
import { dateTest } from './date.ts';
import { badModifier, badValue } from './search-faults.ts';
import type { Scope } from './search-input.ts';
import { alternatives } from './split-value.ts';
import { wordsOf } from './string.ts';

/** Parameters of every type that columns or the text answer, not index rows. */
export const COMMON_CODES = ['_id', '_lastUpdated', '_list', '_text', '_content'] as const;
type CommonCode = (typeof COMMON_CODES)[number];

export function isCommon(code: string): code is CommonCode {
  return code.startsWith('_') && (COMMON_CODES as readonly string[]).includes(code);
}

export function commonFilter(scope: Scope, code: CommonCode, modifier: string, label: string, value: string): Filter {
  const isNegated = code === '_id' && modifier === 'not';
  if (modifier !== '' && !isNegated) throw badModifier(label, modifier, code === '_id' ? ['not'] : []);
  const values = alternatives(scope, label, value);
  switch (code) {
    case '_id': {
      const filter: Filter = { kind: 'id', ids: values.map((id) => idOf(label, id)) };
      return isNegated ? { kind: 'not', filter } : filter;
    }
    case '_lastUpdated':
      return { kind: 'updated', tests: values.map((date) => dateTest(label, date)) };
    case '_list':
      return { kind: 'list', ids: values.map((id) => listId(label, id)) };
    default:
      return { kind: code === '_text' ? 'narrative' : 'content', values: values.map((words) => wordsOf(label, words)) };
  }
}

function idOf(label: string, value: string): string {
  if (isFhirId(value)) return value;
  throw badValue(
    label,
    value,
    'Give the id without its type: 1 to 64 letters, digits, "-" and ".", for example 4f2-a.',
  );
}

/** https://hl7.org/fhir/R4/search.html#list */
function listId(label: string, value: string): string {
  if (value.startsWith('$')) {
    throw badValue(
      label,
      value,
      'Functional lists such as $current-problems are not kept here; give the id of a List.',
      'not-supported',
    );
  }
  return idOf(label, value.startsWith('List/') ? value.slice(5) : value);
}
