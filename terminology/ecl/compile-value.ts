import type { Scope } from '../store/condition.ts';
import type { Compile } from './attribute-kinds.ts';
import { termCondition } from './compile-term.ts';
import type { AttributeValue, Comparison } from './ecl-tree.ts';

/** Whether a row of `property` has the value. */
export function rowValueCondition(
  scope: Scope,
  { comparison, value }: { readonly comparison: Comparison; readonly value: AttributeValue },
  p: string,
  compile: Compile,
): string {
  const isNegated = comparison === '!=';
  switch (value.kind) {
    case 'concepts': {
      const c = scope.alias();
      if (value.of.kind === 'any') return `${p}.target is ${isNegated ? '' : 'not '}null`;
      const set = `select ${c}.id from ${scope.tables.concept} ${c} where ${compile(scope, value.of)(c)}`;
      return `${p}.target ${isNegated ? 'not in' : 'in'} (${set})`;
    }
    case 'number':
      return `${p}.number ${isNegated ? '<>' : comparison} ${scope.bind(value.text, 'numeric')}`;
    case 'boolean':
      return `${p}.value ${isNegated ? '<>' : '='} '${value.value}'`;
    case 'texts': {
      const terms = value.texts.map((term) => termCondition(scope, term, `${p}.value`)).join(' or ');
      return isNegated ? `${p}.value is not null and not (${terms})` : `(${terms})`;
    }
  }
}
