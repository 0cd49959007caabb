import type { Expression } from './expression.ts';
import { parseExpression } from './parse.ts';

/** The tree with brackets everywhere. */
function shown(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return expression.unit === undefined ? expression.text : `${expression.text} ${expression.unit}`;
    case 'empty':
      return '{}';
    case 'this':
      return '$this';
    case 'loop':
      return `$${expression.name}`;
    case 'variable':
      return `%${expression.name}`;
    case 'member':
      return expression.left === undefined ? expression.name : `${shown(expression.left)}.${expression.name}`;
    case 'call': {
      const call = `${expression.name}(${expression.arguments.map(shown).join(', ')})`;
      return expression.left === undefined ? call : `${shown(expression.left)}.${call}`;
    }
    case 'index':
      return `${shown(expression.left)}[${shown(expression.index)}]`;
    case 'sign':
      return `(${expression.operator}${shown(expression.operand)})`;
    case 'binary':
      return `(${shown(expression.left)} ${expression.operator} ${shown(expression.right)})`;
    case 'type':
      return `(${shown(expression.left)} ${expression.operator} ${expression.type})`;
  }
}

describe('parseExpression', () => {
  test.each([
    ['1 + 2 * 3', '(1 + (2 * 3))'],
    ['a or b and c implies d', '((a or (b and c)) implies d)'],
    ['a implies b implies c', '((a implies b) implies c)'],
    ['-a.b()', '(-a.b())'],
    ['- 1 + +2', '((-1) + (+2))'],
    ['a | b = c in d', '(((a | b) = c) in d)'],
    ['1 > 2 is Boolean', '(1 > (2 is Boolean))'],
    ['a is FHIR.`code`', '(a is FHIR.code)'],
    ['(a as b).c[0].d', '(a as b).c[0].d'],
    ['contains.as.in contains is', '(contains.as.in contains is)'],
    ["4 days + 1.5 'mg'", '(4 day + 1.5 mg)'],
    ['@2020-01-01T10:00:00.5+01:00', '2020-01-01T10:00:00.5+01:00'],
    ['@2020T = @T10:30', '(2020T = 10:30)'],
    ["%`a-b` & %'c' & %d", '((%a-b & %c) & %d)'],
    ["'it\\'s \\u0041\\n\\d'", "it's A\n\\d"],
    ['a // note\n /* more * / */ . b', 'a.b'],
    ['where($this = $index)', 'where(($this = $index))'],
    ['{}.f(a, b)', '{}.f(a, b)'],
    ['day.year.div', 'day.year.div'],
  ])('%s', (text, tree) => {
    expect(shown(parseExpression(text))).toBe(tree);
  });

  test.each([
    ['', 1, 1, 'the end where a value or a name'],
    ['a.', 1, 3, 'the end where the name of an element'],
    ['a\n  )', 2, 3, '")" where an operator or the end'],
    ['f(a', 1, 4, 'the end where ) is expected'],
    ['a[1', 1, 4, 'the end where ] is expected'],
    ['and', 1, 1, '"and" where a value or a name'],
    ['a is 1', 1, 6, '"1" where the name of a type'],
    ['$that', 1, 1, '$that cannot stand here'],
    ['a /* b', 1, 3, 'the comment has no end'],
    ['`a', 1, 1, 'the name has no end'],
    ['@20', 1, 1, 'a date or time looks like'],
    ['a # b', 1, 3, '"#" cannot stand here'],
  ])('%j is refused at line %i, column %i: %s', (text, line, column, reason) => {
    expect(() => parseExpression(text)).toThrow(
      expect.objectContaining({ line, column, message: expect.stringContaining(reason) as string }) as Error,
    );
  });

  test.each([
    ['brackets', '('.repeat(100_000)],
    ['signs', '-'.repeat(10_000) + '1'],
    ['steps', 'a' + '.a'.repeat(20_000)],
    ['operators', '1' + '+1'.repeat(20_000)],
    ['calls', 'f('.repeat(5000)],
    ['length', `'${'a'.repeat(60_000)}'`],
  ])('too many %s are refused', (_what, text) => {
    expect(() => parseExpression(text)).toThrow(/deeper than|may have/);
  });
});
