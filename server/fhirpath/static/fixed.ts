import { partsOf, type Expression } from '../syntax/expression.ts';

/** Functions whose arguments run on what stands before the dot. */
const LOOPS = new Set(['where', 'select', 'all', 'exists', 'repeat', 'ofType', 'as', 'is']);
/** Those that do something besides, or give another answer the next time. */
const RESTLESS = new Set(['trace', 'defineVariable', 'now', 'today', 'timeOfDay']);
const VARIABLES = new Set(['resource', 'rootResource', 'context']);

/**
 * Whether an expression has the same value wherever it stands within one evaluation, such as
 * `%resource.descendants().reference`.
 */
export function isFixed(expression: Expression): boolean {
  return isFixedWith(expression, false);
}

/** @param knowsThis whether `$this`, and what starts from it, is fixed too: within the loops of what is fixed */
function isFixedWith(expression: Expression, knowsThis: boolean): boolean {
  switch (expression.kind) {
    case 'this':
      return knowsThis;
    case 'loop':
      return false;
    case 'variable':
      return VARIABLES.has(expression.name);
    case 'member':
      return expression.left === undefined ? knowsThis : isFixedWith(expression.left, knowsThis);
    case 'call': {
      const { name, left, arguments: parameters } = expression;
      if (RESTLESS.has(name)) return false;
      if (left === undefined ? !knowsThis : !isFixedWith(left, knowsThis)) return false;
      return parameters.every((parameter) => isFixedWith(parameter, knowsThis || LOOPS.has(name)));
    }
    default:
      return partsOf(expression).every((part) => isFixedWith(part, knowsThis));
  }
}
