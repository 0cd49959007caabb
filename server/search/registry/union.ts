/** The members of a FHIRPath union, split at the `|` that stand outside of parentheses, brackets and strings. */
export function splitUnion(expression: string): readonly string[] {
  const members: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let at = 0; at < expression.length; at += 1) {
    const c = expression.charAt(at);
    if (quote !== '') {
      if (c === '\\') at += 1;
      else if (c === quote) quote = '';
    } else if (c === "'" || c === '`' || c === '"') quote = c;
    else if (c === '(' || c === '[' || c === '{') depth += 1;
    else if (c === ')' || c === ']' || c === '}') depth -= 1;
    else if (c === '|' && depth === 0) {
      members.push(expression.slice(start, at).trim());
      start = at + 1;
    }
  }
  members.push(expression.slice(start).trim());
  return members.filter((member) => member !== '');
}

const STARTING_TYPE = /^\(*\s*([A-Z][A-Za-z]*)\b/;

/**
 * The members of a SearchParameter's expression that concern a resource type: those that start at it, at one of its base
 * types, or at no type at all (`name | alias`).
 * @param types the resource type and its base types
 */
export function membersFor(expression: string, types: readonly string[]): readonly string[] {
  return splitUnion(expression).filter((member) => {
    const start = STARTING_TYPE.exec(member)?.[1];
    return start === undefined || types.includes(start);
  });
}
