import type { Condition, Scope } from '../store/condition.ts';
import type { Compile } from './attribute-kinds.ts';
import { termCondition } from './compile-term.ts';
import type { MemberFilter } from './ecl-tree.ts';

/** `{{ M … }}`: a column of a row of a reference set. Releases hold active rows only. */
export function memberFilterCondition(scope: Scope, filter: MemberFilter, compile: Compile): Condition {
  const { field, comparison, value } = filter;
  const isNegated = comparison === '!=';
  if (field === 'active') {
    const wanted = value.kind === 'boolean' ? value.value : value.kind === 'number' && value.text === '1';
    return () => String(wanted !== isNegated);
  }
  if (field === 'referencedComponentId' || field === 'targetComponentId') {
    const column = field === 'referencedComponentId' ? 'concept' : 'target';
    const c = scope.alias();
    const set = value.kind === 'concepts' ? compile(scope, value.of)(c) : 'false';
    const ids = `select ${c}.id from ${scope.tables.concept} ${c} where ${set}`;
    return (m) => `${m}.${column} ${isNegated ? 'not in' : 'in'} (${ids})`;
  }
  const column = (m: string): string => `(${m}.fields ->> ${scope.bind(field, 'text')})`;
  switch (value.kind) {
    case 'concepts': {
      const c = scope.alias();
      const codes = `select ${c}.code from ${scope.tables.concept} ${c} where ${compile(scope, value.of)(c)}`;
      return (m) => `${column(m)} ${isNegated ? 'not in' : 'in'} (${codes})`;
    }
    case 'number':
      return (m) =>
        `case when ${column(m)} ~ '^[+-]?[0-9]{1,30}([.][0-9]{1,30})?$' then ` +
        `${column(m)}::numeric ${isNegated ? '<>' : comparison} ${scope.bind(value.text, 'numeric')} else false end`;
    case 'boolean':
      return (m) => `${column(m)} ${isNegated ? '<>' : '='} '${value.value ? '1' : '0'}'`;
    case 'texts':
      return (m) => {
        const terms = value.texts.map((term) => termCondition(scope, term, column(m))).join(' or ');
        return isNegated ? `not (${terms})` : `(${terms})`;
      };
  }
}
