import { shown } from '../walk.ts';

const MAX_BEGINNING = 4;
const MAX_END = 3;

/** `a → b → a`; of a long chain both ends. */
export function shownChain(urls: readonly string[]): string {
  const left = urls.length - MAX_BEGINNING - MAX_END;
  const parts = left <= 0 ? urls : [...urls.slice(0, MAX_BEGINNING), `… (${left} more)`, ...urls.slice(-MAX_END)];
  return parts.map(shown).join(' → ');
}
