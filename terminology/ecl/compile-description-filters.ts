import { all, type Condition, type Scope } from '../store/condition.ts';
import { wordsOf } from '../store/words.ts';
import { termCondition } from './compile-term.ts';
import type { DescriptionFilter, Dialect } from './ecl-tree.ts';

/** `{{ D … }}`: one description that fulfils all filters. Releases hold active descriptions only. */
export function descriptionCondition(scope: Scope, filters: readonly DescriptionFilter[]): Condition {
  const d = scope.alias();
  const tests = filters.map((filter) => designationTest(scope, filter, d));
  const exact: Condition = (alias) =>
    `exists (select from ${scope.tables.designation} ${d} where ${d}.concept = ${alias}.id and ${tests.join(' and ')})`;
  return all([...filters.flatMap(indexedWords), exact]);
}

/** What the index over words can find of a term filter; the descriptions are then tested one by one. */
function indexedWords(filter: DescriptionFilter): readonly Condition[] {
  const [term] = filter.kind === 'term' && !filter.isNegated && filter.terms.length === 1 ? filter.terms : [];
  if (term?.kind !== 'match') return [];
  const words = wordsOf(term.text).filter((word) => word.length > 1);
  return words.length === 0
    ? []
    : [(alias) => `${alias}.words @@ '${words.map((word) => `${word}:*`).join(' & ')}'::tsquery`];
}

function designationTest(scope: Scope, filter: DescriptionFilter, d: string): string {
  switch (filter.kind) {
    case 'active':
      return String(filter.value);
    case 'term': {
      const terms = filter.terms.map((term) => `(${termCondition(scope, term, `${d}.value`)})`).join(' or ');
      return negated(filter.isNegated, terms);
    }
    case 'language':
      return negated(filter.isNegated, `lower(${d}.language) = any(${scope.bind(filter.languages, 'text[]')})`);
    case 'type': {
      const places = scope.content.uses.flatMap((use, place) =>
        typeof use.code === 'string' && filter.types.includes(use.code) ? [place] : [],
      );
      return negated(filter.isNegated, `coalesce(${d}.use = any('{${places.join()}}'::smallint[]), false)`);
    }
    case 'dialect':
      return negated(filter.isNegated, filter.dialects.map((dialect) => dialectTest(scope, dialect, d)).join(' or '));
  }
}

function dialectTest(scope: Scope, { refset, acceptability }: Dialect, d: string): string {
  const id = scope.idOf(refset);
  const has = (column: string): string => `coalesce(${d}.${column} @> '{${id}}'::integer[], false)`;
  if (acceptability === 'prefer') return has('preferred');
  if (acceptability === 'accept') return has('acceptable');
  return `${has('preferred')} or ${has('acceptable')}`;
}

function negated(isNegated: boolean, test: string): string {
  return isNegated ? `not (${test})` : `(${test})`;
}
