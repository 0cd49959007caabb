import type { Scope } from '../store/condition.ts';
import { wordsOf } from '../store/words.ts';
import type { SearchTerm } from './ecl-tree.ts';

/** Whether a text column has the term. Case does not matter; accents do not where words are matched. */
export function termCondition(scope: Scope, term: SearchTerm, column: string): string {
  if (term.kind === 'wild') return `${column} ilike ${scope.bind(likePattern(term.text), 'text')}`;
  const words = wordsOf(term.text);
  if (words.length === 0) return `${column} ilike ${scope.bind(likePattern(`*${term.text}*`), 'text')}`;
  return words.map((word) => `fold_text(${column}) ~ ('\\m' || fold_text('${word}'))`).join(' and ');
}

function likePattern(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&').replaceAll('*', '%');
}
