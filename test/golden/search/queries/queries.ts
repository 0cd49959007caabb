import { ANSWER_QUERIES } from './answer-queries.ts';
import { LINK_QUERIES } from './link-queries.ts';
import { MEASURE_QUERIES } from './measure-queries.ts';
import { TEXT_QUERIES } from './text-queries.ts';

/**
 * Searches over the corpus by theme, as people write them: without percent-encoding but for `%25` and `%2B`, which stand
 * for themselves.
 */
export const QUERIES: Readonly<Record<string, readonly string[]>> = {
  ...TEXT_QUERIES,
  ...MEASURE_QUERIES,
  ...LINK_QUERIES,
  ...ANSWER_QUERIES,
};
