/** A path that ends with a name: what stands before it, the name, and the index behind it. */
export interface SplitPath {
  readonly prefix: string;
  readonly name: string;
  readonly index: number | undefined;
}

const LAST_STEP = /^(.+)\.([A-Za-z][A-Za-z0-9]*)(?:\[(\d{1,9})\])?$/;

/**
 * `Patient.name[0].given[1]` → `Patient.name[0]`, `given`, 1. Undefined for paths that end with a function or consist of
 * more than steps (`a.b | a.c`), because there the last name does not belong to all that stands before it.
 */
export function splitPath(path: string): SplitPath | undefined {
  const [, prefix, name, index] = LAST_STEP.exec(path.trim()) ?? [];
  if (prefix === undefined || name === undefined || !isChain(prefix)) return undefined;
  return { prefix, name, index: index === undefined ? undefined : Number(index) };
}

/** Whether an expression is steps joined by dots; inside of parentheses anything may stand. */
function isChain(expression: string): boolean {
  let depth = 0;
  let quote = '';
  for (let at = 0; at < expression.length; at += 1) {
    const character = expression.charAt(at);
    if (quote !== '') {
      if (character === '\\') at += 1;
      else if (character === quote) quote = '';
    } else if (character === "'" || character === '"' || character === '`') quote = character;
    else if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (depth === 0 && !/[\w.[\]$%]/.test(character)) return false;
  }
  return depth === 0 && quote === '';
}
