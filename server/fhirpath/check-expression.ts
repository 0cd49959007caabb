/** A node of the syntax tree of the `fhirpath` package. */
export interface SyntaxNode {
  readonly type: string;
  readonly text?: string;
  readonly start?: { readonly line: number; readonly column: number };
  readonly children?: readonly SyntaxNode[];
}

/**
 * Functions whose answer depends on the resource alone, with the smallest and largest number of arguments. Left out:
 * those that read the clock, ask a server, run a regular expression (which can run for hours), or loop without end.
 */
const FUNCTIONS: ReadonlyMap<string, readonly [number, number]> = new Map([
  ...named(0, 0, 'empty not allTrue anyTrue allFalse anyFalse isDistinct distinct count single first last tail'),
  ...named(0, 0, 'hasValue getValue children descendants resolve upper lower length toChars trim'),
  ...named(0, 0, 'toInteger toDecimal toString toDate toDateTime toTime toBoolean abs ceiling floor truncate'),
  ...named(0, 0, 'convertsToBoolean convertsToInteger convertsToDecimal convertsToString convertsToDate'),
  ...named(0, 0, 'convertsToDateTime convertsToTime convertsToQuantity'),
  ...named(1, 1, 'all subsetOf supersetOf where extension select ofType is as take skip combine union intersect'),
  ...named(1, 1, 'exclude repeat indexOf startsWith endsWith contains split'),
  ...named(0, 1, 'exists round join toQuantity'),
  ...named(1, 2, 'substring'),
  ...named(2, 2, 'replace'),
  ...named(2, 3, 'iif'),
]);

const VARIABLES = new Set(['resource', 'rootResource', 'context', 'ucum']);

/** What `repeat` may repeat: members only, because every computed value would be a new one to go on from. */
const MEMBERS = new Set([
  'ParamList',
  'TermExpression',
  'InvocationTerm',
  'InvocationExpression',
  'MemberInvocation',
  'Identifier',
  'UnionExpression',
  'ParenthesizedTerm',
]);

function named(least: number, most: number, names: string): (readonly [string, readonly [number, number]])[] {
  return names.split(' ').map((name) => [name, [least, most]]);
}

/** @throws Error that names the place of a function or variable that cannot be used in an indexed expression */
export function checkExpression(node: SyntaxNode): void {
  if (node.type === 'Functn') checkFunction(node);
  if (node.type === 'ExternalConstant') checkVariable(node);
  for (const child of node.children ?? []) checkExpression(child);
}

function checkFunction({ text: called = '', children: [name, parameters] = [] }: SyntaxNode): void {
  const allowed = FUNCTIONS.get(called);
  const place = placeOf(name);
  if (allowed === undefined) {
    throw new Error(`${place}${called}() cannot be used here; usable are ${[...FUNCTIONS.keys()].sort().join(', ')}`);
  }
  const count = parameters?.children?.length ?? 0;
  const [least, most] = allowed;
  if (count < least || count > most) {
    throw new Error(
      `${place}${called}() takes ${least === most ? least : `${least} to ${most}`} arguments, not ${count}`,
    );
  }
  if (called === 'repeat' && parameters !== undefined && !isMembersOnly(parameters)) {
    throw new Error(`${place}repeat() can only follow elements, such as repeat(item)`);
  }
}

function isMembersOnly({ type, children = [] }: SyntaxNode): boolean {
  return MEMBERS.has(type) && children.every(isMembersOnly);
}

function checkVariable(node: SyntaxNode): void {
  const name = node.children?.[0]?.text ?? node.text ?? '';
  if (VARIABLES.has(name)) return;
  const known = [...VARIABLES].map((variable) => `%${variable}`).join(', ');
  throw new Error(`${placeOf(node.children?.[0])}%${name} is not known; known are ${known}`);
}

function placeOf(node: SyntaxNode | undefined): string {
  return node?.start === undefined ? '' : `line: ${node.start.line}; column: ${node.start.column}; message: `;
}
