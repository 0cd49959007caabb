import { FhirpathError, spend, spendText, type Env } from '../model/env.ts';
import { booleanItems, integerItems, NONE, stringItems, systemItem, type Item, type Items } from '../model/item.ts';
import { operandOf } from '../value/operand.ts';
import { matchesPattern, replacePattern } from './bounded-pattern.ts';
import type { FhirpathFunction, FunctionTable } from './function.ts';
import { expectText, onText, textIn } from './on-value.ts';

const VALUES_PER_MS = 5000;
/** Longest text that a function may make. */
const MAX_TEXT = 1_000_000;

/** https://hl7.org/fhirpath/N1/#string-manipulation and #additional-string-functions */
export const STRINGS: FunctionTable = {
  indexOf: withText('indexOf', (text, part) => integerItems(text.indexOf(part))),
  lastIndexOf: withText('lastIndexOf', (text, part) => integerItems(text.lastIndexOf(part))),
  startsWith: withText('startsWith', (text, part) => booleanItems(text.startsWith(part))),
  endsWith: withText('endsWith', (text, part) => booleanItems(text.endsWith(part))),
  contains: withText('contains', (text, part) => booleanItems(text.includes(part))),
  matches: withText('matches', matches),
  matchesFull: withText('matchesFull', (text, pattern, env) => matches(text, `^(?:${pattern})$`, env)),
  replaceMatches: withTwo('replaceMatches', (text, pattern, replacement, env) =>
    pattern === '' ? text : timed(env, () => replacePattern(text, pattern, replacement, MAX_TEXT)),
  ),
  replace: withTwo('replace', (text, part, replacement) => {
    const pieces = part === '' ? ['', ...text, ''] : text.split(part);
    expectLength(text.length + (pieces.length - 1) * replacement.length);
    return pieces.join(replacement);
  }),
  substring: onText('substring', [1, 2], (text, [start, length]) => {
    const from = wholeOf(start, 'substring()');
    if (from === undefined || from < 0 || from >= text.length) return NONE;
    const count = wholeOf(length, 'substring()');
    return stringItems(count === undefined ? text.slice(from) : text.slice(from, from + Math.max(count, 0)));
  }),
  upper: plain('upper', (text) => text.toUpperCase()),
  lower: plain('lower', (text) => text.toLowerCase()),
  trim: plain('trim', (text) => text.trim()),
  length: onText('length', [0, 0], (text) => integerItems(text.length)),
  toChars: onText('toChars', [0, 0], (text) => [...text].map((character) => systemItem('System.String', character))),
  split: withText('split', (text, separator) => text.split(separator).map((part) => systemItem('System.String', part))),
  join: {
    arity: [0, 1],
    compile:
      (input, [separator]) =>
      (self, env) => {
        const items = input(self, env);
        const between = separator === undefined ? '' : (textIn(separator(self, env), 'join()') ?? '');
        const texts = items.map((item) => expectText(item, 'join()') ?? '');
        spendText(env, expectLength(texts.reduce((sum, text) => sum + text.length + between.length, 0)));
        return items.length === 0 ? NONE : stringItems(texts.join(between));
      },
  },
};

function matches(text: string, pattern: string, env: Env): Items {
  return booleanItems(timed(env, () => matchesPattern(text, pattern)));
}

/** What a regular expression costs only shows when it runs. */
function timed<T>(env: Env, run: () => T): T {
  const started = performance.now();
  const result = run();
  spend(env, Math.round((performance.now() - started) * VALUES_PER_MS));
  return result;
}

/** `&`: an empty collection is an empty text. */
export function concatenate(left: Items, right: Items, env: Env): Items {
  const text = (textIn(left, '&') ?? '') + (textIn(right, '&') ?? '');
  spendText(env, expectLength(text.length));
  return stringItems(text);
}

function expectLength(length: number): number {
  if (length > MAX_TEXT) throw new FhirpathError(`A text may have ${MAX_TEXT} characters, not ${length}`);
  return length;
}

function plain(name: string, run: (text: string) => string): FhirpathFunction {
  return onText(name, [0, 0], (text) => stringItems(run(text)));
}

function withText(name: string, run: (text: string, other: string, env: Env) => Items): FhirpathFunction {
  return onText(name, [1, 1], (text, [parameter], env) => {
    const other = parameter === undefined ? undefined : expectText(parameter, `${name}()`);
    return other === undefined ? NONE : run(text, other, env);
  });
}

function withTwo(
  name: string,
  run: (text: string, first: string, second: string, env: Env) => string,
): FhirpathFunction {
  return onText(name, [2, 2], (text, [first, second], env) => {
    const a = first === undefined ? undefined : expectText(first, `${name}()`);
    const b = second === undefined ? undefined : expectText(second, `${name}()`);
    return a === undefined || b === undefined ? NONE : stringItems(run(text, a, b, env));
  });
}

function wholeOf(item: Item | undefined, where: string): number | undefined {
  if (item === undefined) return undefined;
  const operand = operandOf(item);
  if (operand.kind !== 'integer') throw new FhirpathError(`${where} takes a whole number, not ${item.type}`);
  return operand.value;
}
