import type { EclText } from './ecl-text.ts';
import type { MemberFilter } from './ecl-tree.ts';
import { parseComparison, parseValue } from './parse-value.ts';
import type { Subsets } from './subsets.ts';

/** `{{ M mapTarget = "J45.9", mapGroup = #1 }}`, any number of times. */
export function parseMemberFilters(text: EclText, subsets: Subsets): readonly MemberFilter[] {
  const filters: MemberFilter[] = [];
  for (;;) {
    const start = text.at();
    if (!text.takes('{{') || !text.takesWord('m')) {
      text.goTo(start);
      return filters;
    }
    do filters.push(memberFilter(text, subsets));
    while (text.takes(',') || text.takesWord('and'));
    text.expect('}}', '"," or "}}"');
  }
}

function memberFilter(text: EclText, subsets: Subsets): MemberFilter {
  const field = text.word();
  if (field === undefined) throw text.fail('the name of a column, such as mapTarget');
  text.takesWord(field.toLowerCase());
  const comparison = parseComparison(text);
  return { field, comparison, value: parseValue(text, comparison, subsets) };
}
