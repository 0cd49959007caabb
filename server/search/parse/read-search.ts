import type { SearchTree } from '../tree.ts';
import { knownCodeSets, type CodeSets } from './code-sets.ts';
import { parseSearch } from './parse-search.ts';
import type { SearchInput } from './search-input.ts';
import { MAX_CODES } from './token-expansion.ts';

/**
 * Reads a search URL as `parseSearch` does, with the value sets and hierarchies that it names; those that come with the
 * definitions need nobody to be asked.
 */
export async function readSearch(input: Omit<SearchInput, 'codeSets'>, sets: CodeSets): Promise<SearchTree> {
  const codeSets = knownCodeSets(sets);
  const tree = parseSearch({ ...input, codeSets });
  if (codeSets.isComplete) return tree;
  await codeSets.fetch(MAX_CODES + 1);
  return parseSearch({ ...input, codeSets });
}
